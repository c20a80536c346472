import { type Credentials, useAuth0 } from 'postern';
import { useCallback, useEffect, useState } from 'react';
import { useApi } from './use-api.ts';

export interface Entry {
  readonly id: number;
  readonly at: number;
  readonly text: string;
  readonly outcome: 'good' | 'bad';
}

/** Troubles the demo's server can order from the local tenant. */
export type Trouble = 'drop-next-token-answer' | 'fail-next-token-answer' | 'revoke-refresh-tokens';

const describe = (error: unknown) => {
  if (!(error instanceof Error)) return String(error);
  const type = 'type' in error && typeof error.type === 'string' ? ` (${error.type})` : '';
  return `${error.message}${type}`;
};

/** What the tokens page shows and can do: the credentials held, and a log of what happened to them. */
export function useTokenDesk() {
  const { getCredentials, saveCredentials } = useAuth0();
  const api = useApi();
  const [credentials, setCredentials] = useState<Credentials>();
  const [entries, setEntries] = useState<Entry[]>([]);
  const [isBusy, setBusy] = useState(false);

  const attempt = useCallback(async (work: () => Promise<string>) => {
    setBusy(true);
    let entry: Pick<Entry, 'text' | 'outcome'>;
    try {
      entry = { text: await work(), outcome: 'good' };
    } catch (error) {
      entry = { text: describe(error), outcome: 'bad' };
    }
    setEntries((existing) => [{ ...entry, id: existing.length, at: Date.now() }, ...existing].slice(0, 20));
    setBusy(false);
  }, []);

  useEffect(() => {
    getCredentials().then(setCredentials, () => setCredentials(undefined));
  }, [getCredentials]);

  const refresh = () =>
    attempt(async () => {
      setCredentials(await getCredentials(undefined, undefined, undefined, true));
      return 'Refreshed: a new access token, and a new refresh token in place of the spent one.';
    });

  const expire = () =>
    attempt(async () => {
      const expired = { ...(await getCredentials()), expiresAt: Math.floor(Date.now() / 1000) - 60 };
      await saveCredentials(expired);
      setCredentials(expired);
      return 'Expired, as far as this browser knows. Use it, and see it renewed first.';
    });

  const use = () =>
    attempt(async () => {
      const { notes } = await api<{ notes: unknown[] }>('/notes');
      setCredentials(await getCredentials());
      return `Used: the API answered with ${notes.length} ${notes.length === 1 ? 'note' : 'notes'}.`;
    });

  const cause = (trouble: Trouble) =>
    attempt(async () => (await api<{ message: string }>(`/tenant/${trouble}`, { method: 'POST' })).message);

  return { credentials, entries, isBusy, refresh, expire, use, cause };
}
