/** @jsxImportSource hono/jsx */
import { initialsOf } from '../../users/avatar.ts';
import { CancelButton, ErrorSummary, Field, type FormErrors, hasErrors, PageForm, SubmitButton } from '../form.tsx';
import { CardHeading, Layout, type PageFrame } from '../layout.tsx';

interface SocialProviderPageProps {
  frame: PageFrame;
  /** Whose page this stands for: `Google`. */
  provider: string;
  action: string;
  csrf: string;
  accounts: readonly { sub: string; name: string; email: string; emailVerified: boolean }[];
  email?: string | undefined;
  name?: string | undefined;
  errors?: FormErrors | undefined;
}

/** The login page of a simulated provider: pick somebody, or be anybody. There are no passwords. */
export function SocialProviderPage(props: SocialProviderPageProps) {
  const { frame, provider, action, csrf, accounts, email, name, errors } = props;
  return (
    <Layout title={`Sign in with ${provider}`} frame={frame} failed={hasErrors(errors)}>
      <CardHeading title={`Sign in with ${provider}`}>
        to continue to <strong>{frame.clientName ?? frame.tenantName}</strong>
      </CardHeading>
      <p class="note note-simulated">
        <strong>Simulated.</strong>{' '}
        {`This is not ${provider}, and nothing leaves this machine. There are no passwords here.`}
      </p>
      <ErrorSummary errors={errors} />
      <PageForm action={action} csrf={csrf}>
        <div class="choices">
          {accounts.map((account) => (
            <button type="submit" class="account" name="account" value={account.sub} formnovalidate>
              <span class="account-face" aria-hidden="true">
                {initialsOf(account.name)}
              </span>
              <span class="account-text">
                <span class="account-name">{`Sign in as ${account.name}`}</span>
                <span class="account-detail">
                  {account.emailVerified ? account.email : `${account.email} (not verified)`}
                </span>
              </span>
            </button>
          ))}
        </div>
      </PageForm>
      <p class="divider divider-spaced">or anybody else</p>
      <PageForm action={action} csrf={csrf}>
        <Field name="email" label="Email address" type="email" autocomplete="email" value={email} errors={errors} />
        <Field name="name" label="Name" autocomplete="name" value={name} required={false} errors={errors} />
        <label class="choice">
          <input type="checkbox" name="email_verified" value="yes" checked />
          <span>{`${provider} has verified this address`}</span>
        </label>
        <div class="actions">
          <SubmitButton name="action" value="other">
            Sign in with this address
          </SubmitButton>
          <CancelButton>{`Cancel at ${provider}`}</CancelButton>
        </div>
      </PageForm>
    </Layout>
  );
}
