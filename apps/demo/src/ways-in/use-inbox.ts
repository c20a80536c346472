import { useCallback, useEffect, useState } from 'react';
import { useHasControls } from '../use-has-controls.ts';

export interface Message {
  readonly id: number;
  readonly at: number;
  readonly channel: string;
  readonly to: string;
  readonly subject?: string;
  readonly text: string;
  readonly code?: string;
  readonly link?: string;
}

interface Contents {
  readonly messages: readonly Message[];
  /** Addresses of people whose simulated device waits for an answer. */
  readonly questions: readonly string[];
}

const empty: Contents = { messages: [], questions: [] };
const lookEvery = 2_000;

/** What the local tenant sent to the people named on this page. Nothing where the tenant is not a local one. */
export function useInbox(owner: string | undefined) {
  const isThere = useHasControls();
  const [typed, setTyped] = useState<readonly string[]>([]);
  const [contents, setContents] = useState(empty);
  const people = [...new Set([...(owner === undefined ? [] : [owner]), ...typed])];
  const query = people.map((who) => `who=${encodeURIComponent(who)}`).join('&');

  const look = useCallback(async () => {
    if (!isThere || query === '') return;
    const response = await fetch(`/api/inbox?${query}`).catch(() => undefined);
    if (response?.ok) setContents((await response.json()) as Contents);
  }, [isThere, query]);

  useEffect(() => {
    void look();
    const timer = setInterval(() => document.visibilityState === 'visible' && look(), lookEvery);
    return () => clearInterval(timer);
  }, [look]);

  const remember = useCallback(
    (address: string) => setTyped((known) => (known.includes(address) ? known : [address, ...known].slice(0, 8))),
    [],
  );
  const answer = useCallback(
    async (who: string, reply: 'approve' | 'deny') => {
      await fetch('/api/inbox/answer', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ who, answer: reply }),
      }).catch(() => undefined);
      await look();
    },
    [look],
  );
  return { isThere, ...contents, remember, look, answer };
}

export type Inbox = ReturnType<typeof useInbox>;
