import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MfaTest, mfaConfig, phone, startMfaTest } from './support/mfa.ts';

let test: MfaTest;
beforeEach(async () => {
  test = await startMfaTest();
});
afterEach(() => test.close());

describe('T19: CORS', () => {
  const origin = 'https://app.example.test';
  it.each(['/mfa/authenticators', '/mfa/associate', '/mfa/challenge', '/mfa/authenticators/totp%7Cdev_1'])(
    '%s answers the preflight of a registered origin only',
    async (path) => {
      const ask = (from: string) =>
        fetch(new URL(path, test.issuer), {
          method: 'OPTIONS',
          headers: { origin: from, 'access-control-request-method': 'DELETE' },
        });
      const good = await ask(origin);
      expect(good.headers.get('access-control-allow-origin')).toBe(origin);
      expect(good.headers.get('access-control-allow-methods')).toContain('DELETE');
      expect((await ask('https://evil.test')).headers.get('access-control-allow-origin')).toBeNull();
    },
  );
  it('an answer is readable for the origins of the token’s own client', async () => {
    const read = async (mfaToken: string) => {
      const headers = { origin, authorization: `Bearer ${mfaToken}` };
      const response = await fetch(new URL('/mfa/authenticators', test.issuer), { headers });
      return response.headers.get('access-control-allow-origin');
    };
    expect(await read(await test.mfaToken())).toBe(origin);
    expect(await read(await test.mfaToken('ada', { client_id: 'other' }))).toBeNull();
  });
});

describe('control API', () => {
  const call = (path: string, method = 'GET') =>
    fetch(new URL(`/__tenant/api${path}`, test.issuer), {
      method,
      headers: { authorization: `Bearer ${test.tenant.control.secret}` },
    });
  it('tells the secret and a code that works, every time it is asked', async () => {
    const codes = [];
    for (let count = 0; count < 2; count++) {
      const { secret, code } = await (await call('/mfa/ada@example.com/totp')).json();
      expect(secret).toBe(mfaConfig.users[0]?.mfa?.totpSecret);
      expect((await test.verifyOtp(await test.mfaToken(), code)).status).toBe(200);
      codes.push(code);
    }
    expect(codes[0]).not.toBe(codes[1]);
    const third = await call('/mfa/ada@example.com/totp');
    expect([third.status, (await third.json()).error]).toEqual([409, 'conflict']);
  });
  it('lists without secrets, deletes, and tells the last code', async () => {
    const listed = await (await call(`/mfa/${encodeURIComponent('auth0|ada')}/authenticators`)).json();
    expect(JSON.stringify(listed)).not.toMatch(/JBSWY|codeHash|secret/);
    await test.challenge(await test.mfaToken(), { challenge_type: 'oob', oob_channel: 'sms' });
    const { code } = await (await call(`/codes?to=${encodeURIComponent(phone)}`)).json();
    expect(code).toMatch(/^\d{6}$/);
    const [first] = listed;
    const path = `/mfa/${encodeURIComponent('auth0|ada')}/authenticators/${encodeURIComponent(first.id)}`;
    expect((await call(path, 'DELETE')).status).toBe(204);
    expect((await call(path, 'DELETE')).status).toBe(404);
  });
  it.each(['/mfa/nobody/totp', '/mfa/grace@example.com/totp', '/mfa/grace@example.com/push', '/codes?to=nobody'])(
    '%s is not found',
    async (path) => {
      expect((await call(path)).status).toBe(404);
    },
  );
  it('T37: needs the secret', async () => {
    expect((await fetch(new URL('/__tenant/api/mfa/ada@example.com/totp', test.issuer))).status).toBe(401);
  });
  it('a deleted user’s factors go along, and a new user may come with some', async () => {
    await test.tenant.control.users.delete('auth0|ada');
    expect(await test.tenant.context.store.authenticators.list('auth0|ada')).toEqual([]);
    const { id } = await test.tenant.control.users.create({
      email: 'new@example.com',
      password: 'Engine-Horse-42',
      mfa: { totpSecret: 'JBSWY3DPEHPK3PXP' },
    });
    expect(await test.tenant.control.mfa.totpSecret(id)).toBe('JBSWY3DPEHPK3PXP');
  });
});
