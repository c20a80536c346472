/** @jsxImportSource hono/jsx */
import { PageForm, SubmitButton } from './form.tsx';
import { CardHeading, Layout, type PageFrame } from './layout.tsx';
import { PageSymbol, type SymbolName } from './symbols.tsx';

interface ConfirmLinkPageProps {
  frame: PageFrame;
  action: string;
  csrf: string;
  /** Absent when the form's address says what it is for. */
  ticket?: string | undefined;
  symbol: SymbolName;
  title: string;
  message: string;
  button: string;
}

/**
 * Where a link in a mail leads. Programs that scan mails open every link in them, so opening one does nothing yet: the
 * person presses the button.
 */
export function ConfirmLinkPage(props: ConfirmLinkPageProps) {
  const { frame, action, csrf, ticket, symbol, title, message, button } = props;
  return (
    <Layout title={title} frame={frame}>
      <PageSymbol name={symbol} />
      <CardHeading title={title}>{message}</CardHeading>
      <PageForm action={action} csrf={csrf}>
        {ticket === undefined ? null : <input type="hidden" name="ticket" value={ticket} />}
        <div class="actions">
          <SubmitButton>{button}</SubmitButton>
        </div>
      </PageForm>
    </Layout>
  );
}
