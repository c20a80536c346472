/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import { csrfField } from '../sessions/csrf.ts';

/** What a form came back with: one message for all of it, and messages by field name. */
export interface FormErrors {
  readonly form?: string | undefined;
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

export function hasErrors(errors: FormErrors | undefined): boolean {
  return errors !== undefined && (errors.form !== undefined || Object.keys(errors.fields ?? {}).length > 0);
}

interface PageFormProps {
  action: string;
  csrf: string;
  state?: string | undefined;
  /** The script sends it, by the button that `waitsFor`, when the page no longer has to wait. */
  waits?: boolean;
  children: Child;
}

/** Every form of the hosted pages: posts, and carries the CSRF token and the interaction it belongs to. */
export function PageForm({ action, csrf, state, waits = false, children }: PageFormProps) {
  return (
    <form method="post" action={action} class="form" novalidate data-wait-form={waits ? '' : undefined}>
      <input type="hidden" name={csrfField} value={csrf} />
      {state === undefined ? null : <input type="hidden" name="state" value={state} />}
      {children}
    </form>
  );
}

/** All errors of a form in one place; each field's error links to its field. */
export function ErrorSummary({ errors }: { errors: FormErrors | undefined }) {
  if (!hasErrors(errors)) return null;
  const fields = Object.entries(errors?.fields ?? {});
  return (
    <div class="alert" role="alert" tabindex={-1} id="error-summary">
      {errors?.form ? <p>{errors.form}</p> : null}
      {fields.length > 0 ? (
        <>
          {errors?.form ? null : <p>{fields.length === 1 ? 'One thing to fix:' : `${fields.length} things to fix:`}</p>}
          <ul>
            {fields.map(([name, message]) => (
              <li>
                <a href={`#${name}`}>{message}</a>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </div>
  );
}

interface FieldProps {
  name: string;
  label: string;
  /** WHATWG autofill token, so that password managers do the right thing. */
  autocomplete: string;
  type?: 'text' | 'email' | 'password' | 'tel';
  /** Which keys a phone shows. */
  inputmode?: 'numeric' | 'email' | 'tel';
  /** A short code: set wide, so that digits can be compared with what was sent. */
  code?: boolean;
  value?: string | undefined;
  hint?: string | undefined;
  required?: boolean;
  autofocus?: boolean;
  errors?: FormErrors | undefined;
  /** Id of further text that describes the field. */
  describedBy?: string | undefined;
}

function describe(props: FieldProps, error: string | undefined): string | undefined {
  const ids = [error ? `${props.name}-error` : props.hint && `${props.name}-hint`, props.describedBy].filter(Boolean);
  return ids.length > 0 ? ids.join(' ') : undefined;
}

/** Label, input, hint and error as one block, tied together for assistive technology. */
export function Field(props: FieldProps) {
  const { name, label, type = 'text', required = true, autofocus = false } = props;
  const error = props.errors?.fields?.[name];
  return (
    <div class={['field', error && 'field-invalid', props.code && 'field-code'].filter(Boolean).join(' ')}>
      <div class="field-label">
        <label for={name}>{label}</label>
        {required ? null : <span class="field-optional">Optional</span>}
      </div>
      <div class="control">
        <input
          id={name}
          name={name}
          type={type}
          value={props.value}
          autocomplete={props.autocomplete}
          inputmode={props.inputmode}
          required={required}
          autofocus={autofocus}
          aria-invalid={error ? 'true' : undefined}
          aria-describedby={describe(props, error)}
          autocapitalize="none"
          spellcheck={false}
          maxlength={320}
        />
        {type === 'password' ? (
          <button type="button" class="reveal" data-reveal={name} aria-controls={name} aria-pressed="false" hidden>
            <span aria-hidden="true">Show</span>
            <span class="visually-hidden">{`Show ${label.toLowerCase()}`}</span>
          </button>
        ) : null}
      </div>
      {error ? (
        <p class="field-error" id={`${name}-error`}>
          {error}
        </p>
      ) : null}
      {props.hint && !error ? (
        <p class="field-hint" id={`${name}-hint`}>
          {props.hint}
        </p>
      ) : null}
    </div>
  );
}

interface SubmitButtonProps {
  children: Child;
  name?: string;
  value?: string;
  waitsFor?: boolean;
}

export function SubmitButton({ children, name, value, waitsFor = false }: SubmitButtonProps) {
  return (
    <button
      type="submit"
      class="button button-primary"
      name={name}
      value={value}
      data-wait-button={waitsFor ? '' : undefined}
    >
      {children}
    </button>
  );
}

/** Leaves without finishing: the app gets `access_denied`. Part of the page's own form, so it is protected like it. */
export function CancelButton({ children = 'Cancel and return to the app' }: { children?: Child }) {
  return (
    <button type="submit" class="button button-quiet" name="action" value="cancel" formnovalidate>
      {children}
    </button>
  );
}
