/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import { CardHeading, Layout, type PageFrame } from './layout.tsx';
import { PageSymbol, type SymbolName } from './symbols.tsx';

interface MessagePageProps {
  frame: PageFrame;
  title: string;
  symbol: SymbolName;
  message: string;
  /** For the person who builds the app: exact values, in small print. */
  detail?: string | undefined;
  children?: Child;
}

/** A page that only says something: e-mail verified, password changed, logged out, an error. */
export function MessagePage({ frame, title, symbol, message, detail, children }: MessagePageProps) {
  return (
    <Layout title={title} frame={frame}>
      <PageSymbol name={symbol} />
      <CardHeading title={title}>{message}</CardHeading>
      {detail ? <p class="detail">{detail}</p> : null}
      {children ? <div class="below">{children}</div> : null}
    </Layout>
  );
}
