/** @jsxImportSource hono/jsx */
import { CancelButton, PageForm, SubmitButton } from './form.tsx';
import { CardHeading, Layout, type PageFrame } from './layout.tsx';

interface ConsentPageProps {
  frame: PageFrame;
  state: string;
  csrf: string;
  /** Who is signed in, so that a person notices the wrong account. */
  account: string;
  apiName?: string | undefined;
  scope: readonly string[];
  /** The code on the screen of the device it is for. */
  deviceCode?: string | undefined;
}

const knownScopes: Readonly<Record<string, string>> = {
  openid: 'Know that it is you',
  profile: 'See your name, nickname and picture',
  email: 'See your email address',
  phone: 'See your phone number',
  address: 'See your postal address',
  offline_access: 'Stay signed in while you are away',
};

const verbs: Readonly<Record<string, string>> = {
  read: 'See',
  write: 'Change',
  create: 'Create',
  update: 'Change',
  delete: 'Delete',
  manage: 'Manage',
  admin: 'Administer',
};

/** `read:notes` -> "See your notes"; a scope that follows no custom is shown as it is. */
function describeScope(scope: string): string {
  const known = knownScopes[scope];
  if (known !== undefined) return known;
  const [verb = '', thing] = scope.split(':', 2);
  const phrase = verbs[verb.toLowerCase()];
  return phrase && thing ? `${phrase} your ${thing.replace(/[_-]+/g, ' ')}` : scope;
}

export function ConsentPage({ frame, state, csrf, account, apiName, scope, deviceCode }: ConsentPageProps) {
  return (
    <Layout title={`Allow ${frame.clientName ?? 'access'}?`} frame={frame}>
      <CardHeading title={`Allow ${frame.clientName ?? 'this app'}?`}>
        You are signed in as <strong>{account}</strong>.{' '}
        {apiName ? (
          <>
            The app wants to use <strong>{apiName}</strong> for you. It may:
          </>
        ) : (
          'The app may:'
        )}
      </CardHeading>
      <PageForm action="/u/consent" csrf={csrf} state={state}>
        <ul class="scopes">
          {scope.map((name) => (
            <li class="scope">
              <svg width="16" height="16" viewBox="0 0 16 16" fill="none" aria-hidden="true" focusable="false">
                <circle class="tick-ring" cx="8" cy="8" r="7.25" />
                <path
                  class="tick-check"
                  d="m5.2 8.3 2 2 3.8-4.4"
                  stroke-width="1.75"
                  stroke-linecap="round"
                  stroke-linejoin="round"
                />
              </svg>
              <span>
                {describeScope(name)}
                {describeScope(name) === name ? null : <span class="scope-name">{name}</span>}
              </span>
            </li>
          ))}
        </ul>
        {deviceCode === undefined ? null : (
          <p class="field-hint">
            This connects a device that shows the code <strong>{deviceCode}</strong>. If you see no such device, do not
            allow it.
          </p>
        )}
        <div class="actions">
          <SubmitButton name="action" value="allow">
            Allow
          </SubmitButton>
          <CancelButton>Do not allow</CancelButton>
        </div>
      </PageForm>
    </Layout>
  );
}
