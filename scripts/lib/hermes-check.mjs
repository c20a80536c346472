import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { run } from './run.mjs';
import { bold, red, say } from './say.mjs';

/**
 * The protocol on the engine of React Native: PKCE, ES256, a code grant whose proof is asked for again with a nonce, a renewal,
 * callbacks good and bad, an ID token that is not ASCII. npm has Hermes' compiler and not its virtual machine, so that runs
 * only where `HERMES_BIN` names one; the same program runs in any case in a V8 context that has the language and nothing else.
 */

// RFC 7636 appendix B.
const octets = [
  116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214, 191, 240, 91,
  88, 5, 88, 83, 132, 141, 121,
];
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

const issuer = 'https://tenant.example.com/';
const now = Date.UTC(2026, 0, 1);
const name = 'Zoë 山田 😀';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (text) => JSON.parse(Buffer.from(text, 'base64url').toString());

function makeFixture() {
  const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { privateKey, publicKey } = rsa();
  const iat = now / 1000;
  const claims = { iss: issuer, aud: 'hermes', sub: 'auth0|zoe', name, nonce: verifier, iat, exp: iat + 3600 };
  const input = `${encode({ alg: 'RS256', kid: 'k' })}.${encode(claims)}`;
  const signBy = (key) => `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
  return {
    octets,
    now,
    idToken: signBy(privateKey),
    forgedIdToken: signBy(rsa().privateKey),
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig', alg: 'RS256' }] },
    discovery: {
      issuer,
      authorization_endpoint: `${issuer}authorize`,
      token_endpoint: `${issuer}oauth/token`,
      jwks_uri: `${issuer}.well-known/jwks.json`,
      dpop_signing_alg_values_supported: ['ES256'],
      id_token_signing_alg_values_supported: ['RS256'],
    },
  };
}

/** Claims of a proof whose signature holds, by Node's own cryptography. */
function readProof(proof) {
  const [header, payload, signature] = proof.split('.');
  const key = createPublicKey({ key: decode(header).jwk, format: 'jwk' });
  const holds = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!holds) throw new Error('The signature of a proof does not hold.');
  return { ...decode(payload), typ: decode(header).typ };
}

/** What is expected of each step, as a list of names and values that must be the same. */
const expectations = {
  login: ({ asked, tokenType, user, requests: [first, second] }) => [
    ['PKCE challenge', asked.code_challenge, challenge],
    ['PKCE verifier', second.body.code_verifier, verifier],
    ['first proof has no nonce', readProof(first.proof).nonce, undefined],
    ['second proof has the tenant’s', readProof(second.proof).nonce, 'nonce-of-the-tenant'],
    ['proof is new each time', first.proof === second.proof, false],
    ['where the proof is good', readProof(second.proof).htu, `${issuer}oauth/token`],
    ['kind of token', tokenType, 'DPoP'],
    ['name', user.name, name],
  ],
  renewal: ({ accessToken, requests }) => [
    ['requests', requests.length, 1],
    ['refresh token', requests[0].body.refresh_token, 'refresh-1'],
    ['nonce is remembered', readProof(requests[0].proof).nonce, 'nonce-of-the-tenant'],
    ['access token', accessToken, 'second'],
  ],
  restart: ({ accessToken }) => [['access token of the start before', accessToken, 'second']],
  callbacks: ({ foreign, denied }) => [
    ['callback of another login', foreign.type, 'INVALID_STATE'],
    ['refusal', denied.type, 'ACCESS_DENIED'],
    ['its text', denied.message, 'Nicht für dich'],
  ],
  forgery: ({ refused }) => [['an ID token of another key', refused?.type, 'ID_TOKEN_VALIDATION_FAILED']],
  headers: ({ headers }) => [
    ['authorization', headers.Authorization, 'DPoP second'],
    ['where it is good', readProof(headers.DPoP).htu, 'https://api.example.com/notes'],
    ['for which token', readProof(headers.DPoP).ath, createHash('sha256').update('second').digest('base64url')],
  ],
  end: () => [],
};

function judge(lines, engine) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const steps = new Map(
    lines.filter((line) => line.startsWith('{"step"')).map((line) => [JSON.parse(line).step, JSON.parse(line)]),
  );
  for (const [step, expect] of Object.entries(expectations)) {
    try {
      if (!steps.has(step)) throw new Error(steps.get('broken')?.stack ?? `It said:\n${lines.join('\n')}`);
      const wrong = expect(steps.get(step)).filter(([, seen, wanted]) => seen !== wanted);
      if (wrong.length > 0) throw new Error(wrong.map(([what, seen]) => `${what}: ${JSON.stringify(seen)}`).join('\n'));
      counts.passed += 1;
    } catch (error) {
      counts.failed += 1;
      say(`${red('failed')} ${step}, on ${engine}: ${error.message}`);
    }
  }
  say(`   ${engine}: ${counts.passed} passed, ${counts.failed} failed`);
  return counts;
}

/** What V8 has of the language, and Hermes has not. */
const notInHermes = `
delete globalThis.WebAssembly;
for (const name of ['toBase64', 'toHex', 'setFromBase64', 'setFromHex']) delete Uint8Array.prototype[name];
for (const name of ['fromBase64', 'fromHex']) delete Uint8Array[name];
for (const list of [Array, Uint8Array])
  for (const name of ['toSorted', 'toReversed', 'toSpliced', 'with']) delete list.prototype[name];
`;

/** A context with the language, and what Hermes itself has beyond it. */
async function runInBareContext(code) {
  const lines = [];
  const context = createContext({ print: (line) => lines.push(line), TextEncoder, atob, btoa });
  for (const script of [notInHermes, code]) new Script(script).runInContext(context);
  for (let turn = 0; turn < 500 && !lines.some((line) => /"(end|broken)"/.test(line)); turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  return lines;
}

/**
 * @param {string} folder of the bare app
 * @param {(entry: string, out: string) => Promise<string>} bundleEntry
 */
export async function checkOnHermes(folder, bundleEntry) {
  writeFileSync(join(folder, 'hermes', 'fixture.json'), JSON.stringify(makeFixture()));
  const out = join(folder, 'dist', 'native', 'protocol.js');
  await bundleEntry('hermes/protocol.js', out);
  const results = [
    judge(await runInBareContext(readFileSync(out, 'utf8')), 'an engine with nothing but the language (V8)'),
  ];
  const hermes = process.env.HERMES_BIN;
  if (hermes) {
    const { output } = await run(hermes, [out], { quiet: true });
    results.push(judge(output.split('\n'), 'Hermes'));
  } else {
    say(bold(red('   SKIPPED on Hermes itself: set HERMES_BIN to a Hermes virtual machine. Nothing here ran on one.')));
    results.push({ passed: 0, failed: 0, skipped: Object.keys(expectations).length });
  }
  return results.reduce((sum, counts) => ({
    passed: sum.passed + counts.passed,
    failed: sum.failed + counts.failed,
    skipped: sum.skipped + counts.skipped,
  }));
}
