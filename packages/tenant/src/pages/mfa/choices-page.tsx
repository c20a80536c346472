/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import { CancelButton, ErrorSummary, type FormErrors, hasErrors, PageForm } from '../form.tsx';
import { CardHeading, Layout, type PageFrame } from '../layout.tsx';
import { WaySymbol, type WaySymbolName } from '../way-symbol.tsx';

/** One way to go on: a button of the form, or a link to a page that asks for more. */
export interface Choice {
  readonly symbol: WaySymbolName;
  readonly name: string;
  readonly detail?: string | undefined;
  readonly to: { readonly href: string } | { readonly field: string; readonly value: string };
}

interface ChoicesPageProps {
  frame: PageFrame;
  state: string;
  csrf: string;
  action: string;
  title: string;
  lead: Child;
  choices: readonly Choice[];
  /** Said when there are none. */
  none: string;
  errors?: FormErrors | undefined;
}

/** A list of second factors: to set one up, or to use another one. */
export function ChoicesPage({ frame, state, csrf, action, title, lead, choices, none, errors }: ChoicesPageProps) {
  return (
    <Layout title={title} frame={frame} failed={hasErrors(errors)} script="page-actions.js">
      <CardHeading title={title}>{lead}</CardHeading>
      <ErrorSummary errors={errors} />
      <PageForm action={action} csrf={csrf} state={state}>
        {choices.length === 0 ? <p class="prose">{none}</p> : null}
        <div class="choices">
          {choices.map(({ to, ...shown }) =>
            'href' in to ? (
              <a class="account" href={to.href}>
                <ChoiceContent {...shown} />
              </a>
            ) : (
              <button type="submit" class="account" name={to.field} value={to.value}>
                <ChoiceContent {...shown} />
              </button>
            ),
          )}
        </div>
        <div class="actions">
          <CancelButton />
        </div>
      </PageForm>
    </Layout>
  );
}

function ChoiceContent({ symbol, name, detail }: Omit<Choice, 'to'>) {
  return (
    <>
      <span class="account-face" aria-hidden="true">
        <WaySymbol name={symbol} />
      </span>
      <span class="account-text">
        <span class="account-name">{name}</span>
        {detail === undefined ? null : <span class="account-detail">{detail}</span>}
      </span>
    </>
  );
}
