import type { Addresses } from './running-app.ts';

/** Asks the control API of a running tenant. */
async function askControl<T>({ control, secret }: Addresses, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${control}/api${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** The link in the newest password mail to `email`, as a person would find it on the dashboard. */
export async function readResetLink(addresses: Addresses, email: string): Promise<string> {
  const query = new URLSearchParams({ to: email, template: 'password_reset' });
  const { link } = await askControl<{ link?: string }>(addresses, `/outbox/wait?${query}`);
  if (!link) throw new Error('The message has no link.');
  return link;
}
