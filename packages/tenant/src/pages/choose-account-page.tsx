/** @jsxImportSource hono/jsx */
import { initialsOf } from '../users/avatar.ts';
import { CancelButton, PageForm } from './form.tsx';
import { CardHeading, Layout, type PageFrame } from './layout.tsx';

interface ChooseAccountPageProps {
  frame: PageFrame;
  state: string;
  csrf: string;
  account: { readonly name: string; readonly detail?: string | undefined };
}

export function ChooseAccountPage({ frame, state, csrf, account }: ChooseAccountPageProps) {
  return (
    <Layout title="Choose an account" frame={frame}>
      <CardHeading title="Choose an account">
        to continue to <strong>{frame.clientName}</strong>
      </CardHeading>
      <PageForm action="/u/select-account" csrf={csrf} state={state}>
        <div class="choices">
          <button type="submit" class="account" name="action" value="continue">
            <span class="account-face" aria-hidden="true">
              {initialsOf(account.name)}
            </span>
            <span class="account-text">
              <span class="account-name">{account.name}</span>
              {account.detail && account.detail !== account.name ? (
                <span class="account-detail">{account.detail}</span>
              ) : null}
            </span>
          </button>
          <a class="account" href={`/u/login?state=${encodeURIComponent(state)}`}>
            <span class="account-face" aria-hidden="true">
              +
            </span>
            <span class="account-text">
              <span class="account-name">Use another account</span>
            </span>
          </a>
        </div>
        <div class="actions">
          <CancelButton />
        </div>
      </PageForm>
    </Layout>
  );
}
