import { Hono } from 'hono';
import { askTenant, type TenantControls } from './ask-tenant.ts';
import { requireOwnPage } from './own-page.ts';

/** A mail, text message or call of the local tenant, as the page shows it. */
interface InboxMessage {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly channel: string;
  readonly to: string;
  readonly subject?: string;
  readonly text: string;
  readonly code?: string;
  readonly link?: string;
}

const mostNames = 10;
const longestName = 200;

/**
 * What the local tenant sent to the people that the page names, and the questions that wait on their simulated device.
 * Whoever reads a person's mail can sign in as them: these routes exist beside a local tenant only, for the page of this
 * very origin.
 */
export function inboxRoutes(controls: TenantControls): Hono {
  const routes = new Hono();
  routes.use(requireOwnPage);

  routes.get('/', async (c) => {
    const names = readNames(c.req.queries('who') ?? []);
    const addresses = new Set([
      ...names,
      ...(await Promise.all(names.map((name) => findPhones(controls, name)))).flat(),
    ]);
    const [messages, questions] = await Promise.all([
      Promise.all([...addresses].map((to) => listMessages(controls, to))),
      Promise.all(names.map((name) => hasQuestion(controls, name))),
    ]);
    return c.json({
      messages: messages.flat().toSorted((one, other) => other.id - one.id),
      questions: names.filter((_, index) => questions[index]),
    });
  });

  routes.post('/answer', async (c) => {
    const { who, answer } = await readAnswer(c.req.raw);
    if (who === undefined || (answer !== 'approve' && answer !== 'deny')) {
      const message = 'An answer is { "who": an address, "answer": "approve" or "deny" }.';
      return c.json({ error: 'invalid_answer', message }, 400);
    }
    const response = await askTenant(controls, `/mfa/${encodeURIComponent(who)}/push/${answer}`, {});
    return response?.ok
      ? c.body(null, 204)
      : c.json({ error: 'not_found', message: 'Nothing waits for an answer any more.' }, 404);
  });
  return routes;
}

function readNames(given: readonly string[]): string[] {
  const named = given.map((name) => name.trim()).filter((name) => name !== '' && name.length <= longestName);
  return [...new Set(named)].slice(0, mostNames);
}

async function readAnswer(request: Request): Promise<{ who?: string; answer?: string }> {
  const body: unknown = await request.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null) return {};
  const field = (name: string) => {
    const value: unknown = Reflect.get(body, name);
    return typeof value === 'string' && value.length <= longestName ? value : undefined;
  };
  const [who, answer] = [field('who'), field('answer')];
  return { ...(who && { who }), ...(answer && { answer }) };
}

async function askFor<T>(controls: TenantControls, path: string): Promise<T | undefined> {
  const response = await askTenant(controls, path);
  return response?.ok ? ((await response.json()) as T) : undefined;
}

async function listMessages(controls: TenantControls, to: string): Promise<InboxMessage[]> {
  const query = new URLSearchParams({ to, limit: '10' });
  const messages = (await askFor<InboxMessage[]>(controls, `/outbox?${query}`)) ?? [];
  return messages.map(({ id, at, channel, subject, text, code, link }) => ({
    ...{ id, at, channel, to, text },
    ...(subject && { subject }),
    ...(code && { code }),
    ...(link && { link }),
  }));
}

/** A factor sends to a phone or mailbox whose full address the page never learns. */
async function findPhones(controls: TenantControls, who: string): Promise<string[]> {
  const path = `/mfa/${encodeURIComponent(who)}/authenticators`;
  const authenticators = await askFor<Array<{ phoneNumber?: string; email?: string }>>(controls, path);
  return (authenticators ?? []).flatMap(({ phoneNumber, email }) =>
    [phoneNumber, email].filter((to) => to !== undefined),
  );
}

const hasQuestion = async (controls: TenantControls, who: string): Promise<boolean> =>
  (await askFor<object>(controls, `/mfa/${encodeURIComponent(who)}/push`)) !== undefined;
