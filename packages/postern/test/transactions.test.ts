import { beforeEach, expect, it } from 'vitest';
import { createMemoryDevice, createMemoryTab } from '../src/platform/memory/index.ts';
import type { Storage } from '../src/platform/platform.ts';
import type { Transaction } from '../src/protocol/authorize.ts';
import { Transactions } from '../src/session/transactions.ts';

const HOUR = 3_600_000;
let tab: ReturnType<typeof createMemoryTab>;
let device: ReturnType<typeof createMemoryDevice>;
let records: Storage;
let logins: Transactions;
beforeEach(() => {
  device = createMemoryDevice();
  tab = createMemoryTab(device);
  records = tab.transactions({ namespace: 'n' });
  logins = new Transactions(tab, 'n');
});

const begin = (state: string, createdAt = device.clock.now()) => logins.put({ v: 1, state, createdAt } as Transaction);

it('keeps the twenty newest logins', async () => {
  const now = device.clock.now();
  // Begun in any order.
  for (const age of [3, 25, 1, 24, 2, 23, ...Array.from({ length: 17 }, (_, i) => i + 4)])
    await begin(`s${age}`, now - age);
  await begin('s0', now);
  const kept = (await records.keys()).map((key) => Number(key.slice('login.s'.length))).sort((a, b) => a - b);
  expect(kept).toEqual(Array.from({ length: 20 }, (_, age) => age));
});

it('finishes none after an hour, and removes it and what cannot be read with the next login', async () => {
  await begin('late');
  await records.set('login.damaged', '{');
  await records.set('login.other', JSON.stringify({ v: 1, state: 'elsewhere', createdAt: device.clock.now() }));
  await records.set('another', 'not ours');
  device.clock.advance(HOUR - 1000);
  expect(await logins.has('late')).toBe(true);
  device.clock.advance(1000);
  for (const state of ['late', 'damaged', 'other']) expect(await logins.has(state)).toBe(false);
  await begin('new');
  expect((await records.keys()).sort()).toEqual(['another', 'login.new']);
});

it('finishes one whose beginning lies ahead, by a clock that was put back', async () => {
  await begin('s');
  device.clock.advance(-HOUR);
  expect((await logins.take('s'))?.state).toBe('s');
});

it('S3: gives a login to one of all that ask for it, and never again', async () => {
  await begin('s');
  const taken = await Promise.all([logins.take('s'), new Transactions(tab, 'n').take('s'), logins.take('s')]);
  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await logins.take('s')).toBeUndefined();
});

it('forgets all of them, and nothing else, at a sign-out', async () => {
  await begin('one');
  await begin('two');
  await records.set('another', 'not ours');
  await logins.clear();
  expect(await records.keys()).toEqual(['another']);
});
