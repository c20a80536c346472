/** @jsxImportSource hono/jsx */
import { ErrorSummary, type FormErrors, hasErrors, PageForm, SubmitButton } from '../form.tsx';
import { CardHeading, Layout, type PageFrame } from '../layout.tsx';
import { Grouped } from './grouped.tsx';

interface NewRecoveryCodePageProps {
  frame: PageFrame;
  state: string;
  csrf: string;
  /** Where the code waits until the person has it. */
  note: string;
  code: string;
  /** Whether it replaces one that was just used. */
  replaces: boolean;
  errors?: FormErrors | undefined;
}

/** Shown until the person says they have it, and never again. */
export function NewRecoveryCodePage({ frame, state, csrf, note, code, replaces, errors }: NewRecoveryCodePageProps) {
  const title = replaces ? 'Your new recovery code' : 'Save your recovery code';
  const error = errors?.fields?.saved;
  return (
    <Layout title={title} frame={frame} failed={hasErrors(errors)} script="page-actions.js">
      <CardHeading title={title}>
        {replaces
          ? 'The code you used is spent. This one takes its place.'
          : 'It gets you in if you lose your other ways. It works once, and is not shown again.'}
      </CardHeading>
      <ErrorSummary errors={errors} />
      <p class="recovery-code">
        <span class="visually-hidden">Recovery code: </span>
        <Grouped value={code} columns={3} />
      </p>
      <div class="pair-of-buttons">
        <button type="button" class="button button-outline" data-copy={code} hidden>
          Copy
        </button>
        <button type="button" class="button button-outline" data-print hidden>
          Print
        </button>
      </div>
      <PageForm action="/u/mfa/new-recovery-code" csrf={csrf} state={state}>
        <input type="hidden" name="note" value={note} />
        {replaces ? <input type="hidden" name="replaces" value="yes" /> : null}
        <div>
          <label class="choice">
            <input
              type="checkbox"
              id="saved"
              name="saved"
              value="yes"
              required
              aria-invalid={error ? 'true' : undefined}
              aria-describedby={error ? 'saved-error' : undefined}
            />
            <span>I have saved this code in a safe place</span>
          </label>
          {error ? (
            <p class="field-error" id="saved-error">
              {error}
            </p>
          ) : null}
        </div>
        <div class="actions">
          <SubmitButton name="action" value="saved">
            Continue
          </SubmitButton>
        </div>
      </PageForm>
    </Layout>
  );
}
