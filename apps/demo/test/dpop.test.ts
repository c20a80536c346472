import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../server/app.ts';
import { createNonces } from '../server/dpop-nonces.ts';
import { createReplays } from '../server/dpop-replays.ts';
import { openNotesStore } from '../server/notes-store.ts';
import { createDevice, type Device, type ProofChanges } from './device.ts';
import { startIssuer, type TokenChanges } from './issuer.ts';

const audience = 'https://api.postern.test';
const filesAudience = 'https://files.postern.test';
const origin = 'http://localhost:5173';
const address = `${origin}/api/notes`;
const notes = openNotesStore(':memory:');
let issuer: Awaited<ReturnType<typeof startIssuer>>;
let device: Device;
let thief: Device;
let api: string;
let token: string;
let nonce: string;
let close: () => unknown;

const tokenOf = ({ claims, ...changes }: TokenChanges = {}) =>
  issuer.token({ ...changes, claims: { cnf: { jkt: device.jkt }, ...claims } });
const send = (proof: string | undefined, path = '/notes', accessToken = token) =>
  fetch(`${api}${path}`, { headers: { Authorization: `DPoP ${accessToken}`, ...(proof && { DPoP: proof }) } });
const prove = (changes?: ProofChanges) => device.prove('GET', address, token, nonce, changes);

beforeAll(async () => {
  [issuer, device, thief] = await Promise.all([startIssuer(audience), createDevice(), createDevice()]);
  const app = createApp({ token: { issuer: issuer.issuer, audience, origin }, filesAudience, notes });
  api = await new Promise<string>((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
      resolve(`http://127.0.0.1:${port}/api`),
    );
    close = () => server.close();
  });
  token = await tokenOf();
});
afterAll(async () => {
  close();
  await issuer.close();
  notes.close();
});

describe('a proof', () => {
  it('is asked to repeat a nonce first (RFC 9449 section 9), and then opens the API', async () => {
    const refused = await send(await device.prove('GET', address, token));
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/^DPoP error="use_dpop_nonce"/);
    nonce = refused.headers.get('dpop-nonce') ?? '';
    expect(nonce).not.toBe('');
    const accepted = await send(await prove());
    expect(accepted.status).toBe(200);
    expect(accepted.headers.get('dpop-nonce')).toBe(nonce);
  });

  it('does not care for query and fragment', async () => {
    const withQuery = await device.prove('GET', `${address}?x=1#y`, token, nonce);
    expect((await send(withQuery, '/notes?z=2')).status).toBe(200);
  });

  it('works once', async () => {
    const proof = await prove();
    expect((await send(proof)).status).toBe(200);
    const again = await send(proof);
    expect(again.status).toBe(401);
    expect(await again.json()).toMatchObject({
      error: 'invalid_dpop_proof',
      message: 'The DPoP proof was used before.',
    });
  });

  it.each<[string, ProofChanges, string]>([
    ['for another method', { claims: { htm: 'POST' } }, 'another method'],
    ['for the method in small letters', { claims: { htm: 'get' } }, 'another method'],
    ['for another path', { claims: { htu: `${origin}/api/files` } }, 'another address'],
    ['for another origin', { claims: { htu: 'http://evil.test/api/notes' } }, 'another address'],
    ['for no address', { without: ['htu'] }, 'another address'],
    ['for another token', { claims: { ath: 'x' } }, 'another access token'],
    ['for no token', { without: ['ath'] }, 'another access token'],
    ['without jti', { without: ['jti'] }, 'no usable jti'],
    ['with an endless jti', { claims: { jti: 'x'.repeat(257) } }, 'no usable jti'],
    ['without iat', { without: ['iat'] }, 'too old'],
    ['too old', { claims: { iat: Math.floor(Date.now() / 1000) - 301 } }, 'too old'],
    ['from the future', { claims: { iat: Math.floor(Date.now() / 1000) + 60 } }, 'from the future'],
    ['of another type', { header: { typ: 'JWT' } }, 'not signed'],
    ['without a key', { header: { jwk: undefined } }, 'not signed'],
  ])('is refused: %s', async (_, changes, reason) => {
    const response = await send(await prove(changes));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^DPoP error="invalid_dpop_proof"/);
    expect(await response.text()).toContain(reason);
  });

  it('is refused when it gives the private key away', async () => {
    const proof = await prove({ header: { jwk: device.privateJwk } });
    expect((await send(proof)).status).toBe(401);
  });

  it('is refused with a nonce of somebody else, and answered with the right one', async () => {
    const response = await send(await device.prove('GET', address, token, createNonces().current()));
    expect(response.headers.get('www-authenticate')).toContain('use_dpop_nonce');
    expect(response.headers.get('dpop-nonce')).toBe(nonce);
  });

  it('must be there, and only once', async () => {
    expect((await send(undefined)).status).toBe(401);
    const both = `${await prove()}, ${await prove()}`;
    expect(await (await send(both)).json()).toMatchObject({ message: 'The request has more than one DPoP proof.' });
  });

  it('of a thief does not open a stolen token', async () => {
    const response = await send(await thief.prove('GET', address, token, nonce));
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: 'invalid_token' });
  });

  it('is not needed twice: a stolen token is no Bearer token either', async () => {
    const response = await fetch(`${api}/notes`, { headers: { Authorization: `Bearer ${token}` } });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('invalid_token');
  });
});

describe('the files', () => {
  const filesToken = (scope = 'read:files') => tokenOf({ claims: { aud: filesAudience, scope } });
  const open = async (path: string, accessToken: string) =>
    send(await device.prove('GET', `${origin}/api${path}`, accessToken, nonce), path, accessToken);

  it("are one's notes, for a token of their own", async () => {
    notes.add('auth0|ann', 'Oil the hinges');
    const accessToken = await filesToken();
    expect(await (await open('/files', accessToken)).json()).toMatchObject({
      files: [{ name: 'notes.txt', bytes: 15 }, { name: 'notes.json' }],
    });
    expect(await (await open('/files/notes.txt', accessToken)).json()).toEqual({
      name: 'notes.txt',
      text: 'Oil the hinges\n',
    });
  });

  it('do not open with a token for the notes, nor the notes with one for the files', async () => {
    expect((await open('/files', token)).status).toBe(401);
    expect((await open('/notes', await filesToken('read:notes'))).status).toBe(401);
  });

  it('need their scope, and exist', async () => {
    expect((await open('/files', await filesToken('read:notes'))).status).toBe(403);
    expect((await open('/files/passwords.txt', await filesToken())).status).toBe(404);
    expect((await open('/files/constructor', await filesToken())).status).toBe(404);
  });
});

describe('what the server keeps', () => {
  it('nonces are good for the running five minutes and the five after', () => {
    let now = 0;
    const nonces = createNonces(() => now);
    const first = nonces.current();
    now = 300_000;
    expect(nonces.isGood(first)).toBe(true);
    expect(nonces.current()).not.toBe(first);
    now = 600_000;
    expect(nonces.isGood(first)).toBe(false);
    expect(nonces.isGood('')).toBe(false);
  });

  it('proofs are forgotten once they are too old to be used, and no sooner', () => {
    let now = 0;
    const replays = createReplays(() => now);
    expect(replays.remember('a', 1_000)).toBe(true);
    now = 999;
    expect(replays.remember('a', 1_000)).toBe(false);
    now = 1_000;
    expect(replays.remember('a', 1_000)).toBe(true);
  });

  it('a flood of proofs is refused rather than one forgotten', () => {
    const replays = createReplays(() => 0);
    for (let count = 0; count < 10_000; count += 1) replays.remember(String(count), 1_000);
    expect(replays.remember('one more', 1_000)).toBe(false);
    expect(replays.remember('0', 1_000)).toBe(false);
  });
});
