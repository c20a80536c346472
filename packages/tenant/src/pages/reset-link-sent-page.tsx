/** @jsxImportSource hono/jsx */
import { CardHeading, Layout, type PageFrame } from './layout.tsx';
import { PageSymbol } from './symbols.tsx';

/** The same for a known and an unknown address: nobody learns here who has an account. */
export function ResetLinkSentPage({ frame, state }: { frame: PageFrame; state: string }) {
  const query = `?state=${encodeURIComponent(state)}`;
  return (
    <Layout title="Check your email" frame={frame}>
      <PageSymbol name="envelope" />
      <CardHeading title="Check your email">
        If there is an account with that address, a link to choose a new password is on its way.
      </CardHeading>
      <p class="prose">
        This is a local tenant: the message waits in its outbox, on the dashboard. Nothing there? Check the spelling and{' '}
        <a href={`/u/reset-password/request${query}`}>send it again</a>.
      </p>
      <p class="switch">
        <a href={`/u/login${query}`}>Back to log in</a>
      </p>
    </Layout>
  );
}
