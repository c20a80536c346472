import { type Case, refuses, sends, serverTrouble, wrongArguments, wrongOption } from '../case.ts';
import { expectMatch, isText } from '../match.ts';
import { realm, sample } from '../people.ts';

/** What needs no passkey to be shown. With one, see `e2e/sdk/direct-login.test.ts`. */
const email = 'passkey@example.com';
const isChallenge = (value: unknown) => isText(value) || value instanceof ArrayBuffer;
const failure = (type: string, more: object = {}) => ({ '~postern': 'PasskeyError', type, ...more });
const assertion = {
  id: 'AQID',
  type: 'public-key',
  response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AQ', userHandle: 'Ag' },
};

const signup = 'passkeySignupChallenge';
const login = 'passkeyLoginChallenge';
const exchange = 'getTokenByPasskey';

export const passkeyCases: readonly Case[] = [
  sends(signup, 'gives options for a new passkey, whose JSON is plain', async ({ methods }) => {
    const challenge = await methods.passkeySignupChallenge({ email, name: 'P.', realm });
    const options = { challenge: isChallenge, rp: { id: isText }, user: { id: isChallenge, name: isText } };
    expectMatch(challenge, { authSession: isText, authParamsPublicKey: options }, 'the challenge');
    const json = JSON.parse(JSON.stringify(challenge.authParamsPublicKey));
    expectMatch(json, { challenge: isText, user: { id: isText } }, 'its JSON');
  }),
  refuses(
    signup,
    'somebody who is there',
    failure('PASSKEY_CHALLENGE_FAILED', { status: 400, message: isText }),
    (app) => app.methods.passkeySignupChallenge({ email: sample.username, realm }),
  ),
  refuses(signup, 'a connection that is none', failure('PASSKEY_CHALLENGE_FAILED', { status: 400 }), (app) =>
    app.methods.passkeySignupChallenge({ email, realm: 'nowhere' }),
  ),
  refuses(
    signup,
    'a client without the grant',
    failure('PASSKEY_CHALLENGE_FAILED', { code: isText }),
    (app) => app.methods.passkeySignupChallenge({ email, realm }),
    { clientId: 'plain' },
  ),
  wrongOption(signup, { email }, 'email', {}),
  wrongOption(signup, { email }, 'realm', []),
  ...serverTrouble(signup, '/passkey/register', (app) =>
    app.methods.passkeySignupChallenge({ email: 'late@example.com' }),
  ),

  sends(login, 'gives options for any passkey', async ({ methods }) => {
    const challenge = await methods.passkeyLoginChallenge({ realm });
    const options = { challenge: isChallenge, rpId: isText };
    expectMatch(challenge, { authSession: isText, authParamsPublicKey: options }, 'the challenge');
  }),
  refuses(login, 'a connection that is none', failure('PASSKEY_CHALLENGE_FAILED', { status: 400 }), (app) =>
    app.methods.passkeyLoginChallenge({ realm: 'nowhere' }),
  ),
  refuses(
    login,
    'a client without the grant',
    failure('PASSKEY_CHALLENGE_FAILED', { code: isText }),
    (app) => app.methods.passkeyLoginChallenge({ realm }),
    { clientId: 'plain' },
  ),
  wrongOption(login, {}, 'organization', {}),
  ...serverTrouble(login, '/passkey/challenge', (app) => app.methods.passkeyLoginChallenge({ realm })),

  refuses(exchange, 'a session that is none', failure('PASSKEY_EXCHANGE_FAILED', { message: isText }), (app) =>
    app.methods.getTokenByPasskey({ authSession: 'none', authResponse: assertion }),
  ),
  refuses(exchange, 'a passkey nobody has', failure('PASSKEY_EXCHANGE_FAILED'), async ({ methods }) => {
    const { authSession } = await methods.passkeyLoginChallenge({ realm });
    return methods.getTokenByPasskey({ authSession, authResponse: JSON.stringify(assertion), realm });
  }),
  refuses(exchange, 'what is no passkey', failure('PASSKEY_INVALID_CREDENTIAL'), (app) =>
    app.methods.getTokenByPasskey({ authSession: 'none', authResponse: 'nonsense' }),
  ),
  ...wrongArguments(exchange, { authSession: 's', authResponse: assertion }, ['authSession']),
];
