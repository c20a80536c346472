/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import { csrfField } from '../sessions/csrf.ts';
import { WaySymbol } from './way-symbol.tsx';

export interface PasskeyWayProps {
  readonly kind: 'get' | 'create';
  readonly csrf: string;
  readonly state: string;
}

const kinds = {
  get: { action: '/u/passkey/login', challenge: '/u/passkey/challenge', text: 'Continue with a passkey', fields: '' },
  create: {
    action: '/u/passkey/signup',
    challenge: '/u/passkey/new',
    text: 'Continue with a new passkey',
    fields: 'email username',
  },
} as const;

/** A passkey as another way to log in or sign up. */
export function PasskeyWay({ kind, csrf, state }: PasskeyWayProps) {
  const { action, challenge, text, fields } = kinds[kind];
  return (
    <PasskeyForm action={action} challenge={challenge} kind={kind} fields={fields} csrf={csrf} state={state}>
      <button type="submit" class="button button-outline way">
        <WaySymbol name="key" />
        {text}
      </button>
    </PasskeyForm>
  );
}

interface PasskeyFormProps extends PasskeyWayProps {
  /** Where the answer goes, and where the script gets the challenge. */
  readonly action: string;
  readonly challenge: string;
  /** Ids of inputs whose values the challenge is asked for with. */
  readonly fields?: string;
  /** Its button. */
  readonly children: Child;
}

/** Hidden until the script finds that the browser knows passkeys. */
export function PasskeyForm({ action, challenge, kind, fields = '', csrf, state, children }: PasskeyFormProps) {
  return (
    <form method="post" action={action} data-passkey={challenge} data-kind={kind} data-fields={fields} hidden>
      <input type="hidden" name={csrfField} value={csrf} />
      <input type="hidden" name="state" value={state} />
      <input type="hidden" name="auth_session" />
      <input type="hidden" name="authn_response" />
      {children}
      <p class="field-hint" role="status" data-passkey-status />
    </form>
  );
}
