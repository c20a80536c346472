import { expect, it } from 'vitest';
import { NOW, store } from './stage.ts';

/** Outbox and event log. */
export function describeMessages(): void {
  it('keeps messages and events apart and in order', async () => {
    const first = await store.outbox.insert({
      at: NOW,
      channel: 'sms',
      to: '+1',
      template: 'code',
      text: 'x',
      code: '1',
    });
    await store.outbox.insert({
      at: NOW,
      channel: 'email',
      to: 'a@b.example',
      template: 'reset',
      text: 'y',
      html: '<p>',
    });
    expect((await store.outbox.list()).map((message) => message.template)).toEqual(['code', 'reset']);
    expect(await store.outbox.list({ afterId: first.id })).toMatchObject([{ template: 'reset', html: '<p>' }]);
    expect(await store.outbox.list({ to: '+1', template: 'reset' })).toEqual([]);
    const events = await store.events.insert([
      { at: NOW, type: 'a', outcome: 'success', sentence: 'A.' },
      { at: NOW, type: 'b', outcome: 'failure', sentence: 'B.', details: { n: 1, flag: false, nothing: null } },
    ]);
    expect(events.map((event) => event.type)).toEqual(['a', 'b']);
    expect(await store.events.list({ type: 'b' })).toEqual([events[1]]);
    expect((await store.events.list({ limit: 1 })).map((event) => event.type)).toEqual(['b']);
    expect(await store.events.insert([])).toEqual([]);
    // More than one statement takes, and no round number of any.
    const many = Array.from({ length: 150 }, (_, n) => ({
      at: NOW + n,
      type: 'many',
      outcome: 'success' as const,
      sentence: `Event ${n}.`,
      userId: n % 2 === 0 ? `user-${n}` : undefined,
    }));
    const stored = await store.events.insert(many);
    expect(stored.map(({ id, ...event }) => event)).toEqual(many);
    expect(await store.events.list({ type: 'many', limit: 1000 })).toEqual(stored);
  });

  it('gives a queued message to one caller at a time, and to none before its time', async () => {
    const content = { at: NOW, channel: 'sms', to: '+2', template: 'code', text: '1' } as const;
    const { id } = await store.outbox.insert({ ...content, delivery: 'queued', attempts: 0 });
    await store.outbox.insert(content);
    expect((await store.outbox.queued()).map((message) => message.id)).toEqual([id]);
    const claims = await Promise.all([1, 2, 3].map(() => store.outbox.claim(id, 0, NOW, NOW + 60_000)));
    expect(claims.filter((claim) => claim !== undefined)).toMatchObject([{ id, delivery: 'queued', attempts: 1 }]);
    expect(await store.outbox.claim(id, 1, NOW + 59_999, NOW + 120_000)).toBeUndefined();
    await store.outbox.settle(id, { delivery: 'queued', lastError: 'No.', nextAttemptAt: NOW + 5 });
    expect(await store.outbox.queued()).toMatchObject([{ id, lastError: 'No.', nextAttemptAt: NOW + 5 }]);
    expect(await store.outbox.claim(id, 1, NOW + 5, NOW + 60_000)).toMatchObject({ attempts: 2 });
    await store.outbox.settle(id, { delivery: 'sent' });
    expect(await store.outbox.queued()).toEqual([]);
    expect(await store.outbox.claim(id, 2, NOW + 999_999, NOW + 999_999)).toBeUndefined();
  });
}
