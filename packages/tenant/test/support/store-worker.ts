import { createInterface } from 'node:readline';
import { openStore } from '../../src/store/open-store.ts';

/**
 * A process of its own for the store tests.
 *   write DIR                 creates users, sessions and refresh families until killed; prints the number of each one once acknowledged
 *   consume URL KIND HASH N   waits for a line, then makes N consume calls at once; prints how many won
 */
const [command, location = '', ...rest] = process.argv.slice(2);

if (command === 'write') {
  const store = await openStore({ dataDir: location });
  for (let number = 1; ; number += 1) {
    await store.users.create({ id: `auth0|${number}`, connection: 'db', email: `user${number}@example.com` }, number);
    await store.sessions.create({
      id: `session-${number}`,
      tokenHash: `token-${number}`,
      userId: `auth0|${number}`,
      createdAt: number,
      authTime: number,
      lastUsedAt: number,
      idleExpiresAt: number,
      absoluteExpiresAt: number,
      amr: ['pwd'],
    });
    await store.refreshTokens.createFamily(
      {
        id: `family-${number}`,
        userId: `auth0|${number}`,
        clientId: 'app',
        audience: '',
        scope: ['openid'],
        authTime: number,
        data: {},
        createdAt: number,
        lastUsedAt: number,
        idleExpiresAt: number,
        absoluteExpiresAt: number,
      },
      `refresh-${number}`,
    );
    process.stdout.write(`${number}\n`);
  }
}

if (command === 'consume') {
  const [kind = '', hash = '', times = '1'] = rest;
  const store = await openStore({ databaseUrl: location });
  process.stdout.write('ready\n');
  const lines = createInterface({ input: process.stdin });
  for await (const _ of lines) break;
  const results = await Promise.all(
    Array.from({ length: Number(times) }, () => store.artifacts.consume(kind, hash, 1_000)),
  );
  process.stdout.write(`${results.filter((result) => result !== undefined).length}\n`);
  await store.close();
  process.exit(0);
}
