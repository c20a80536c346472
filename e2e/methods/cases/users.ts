import { type Case, refusesSignedIn } from '../case.ts';
import { expectMatch, isText, type Pattern } from '../match.ts';
import { signedIn } from '../people.ts';
import type { App, Stage } from '../stage.ts';

/** `auth0.users(token)`, which the class alone has; what each call sends is `packages/postern/test/users.test.ts`'s concern. */
const id = 'auth0|sample';
const read = 'read:current_user';
const scopes = `${read} update:current_user_metadata`;

const signIn = (useDPoP: boolean) => (stage: Stage) => signedIn(stage, { useMrrt: true, useDPoP });

async function usersOf(app: App, stage: Stage, scope = scopes) {
  const { accessToken, tokenType } = await app.methods.getApiCredentials(`${stage.issuer}api/v2/`, scope);
  return app.auth0.users(accessToken, tokenType);
}

const does = (
  method: string,
  name: string,
  useDPoP: boolean,
  act: (app: App, stage: Stage) => Promise<void>,
): Case => ({
  method: `users.${method}`,
  name: `${name}, with useDPoP ${useDPoP}`,
  run: async (stage) => act(await signIn(useDPoP)(stage), stage),
});

/** Failures of `users` are no state of the session, by the hook neither: it is not the hook's. */
const refuses = (method: string, name: string, expected: Pattern, act: (app: App, stage: Stage) => Promise<unknown>) =>
  refusesSignedIn(`users.${method}`, name, expected, signIn(false), act);

export const usersCases: readonly Case[] = [
  ...[true, false].flatMap((useDPoP) => [
    does('getUser', 'reads one’s own record', useDPoP, async (app, stage) => {
      const user = await (await usersOf(app, stage, read)).getUser({ id });
      expectMatch(user, { sub: id, email: 'user@example.com', emailVerified: true }, 'the user');
    }),
    does('patchUser', 'changes metadata, member by member', useDPoP, async (app, stage) => {
      const users = await usersOf(app, stage);
      await users.patchUser({ id, metadata: { colour: 'red', size: 1 } });
      const changed = await users.patchUser({ id, metadata: { colour: 'blue' } });
      expectMatch(changed.userMetadata ?? changed.user_metadata, { colour: 'blue', size: 1 }, 'the metadata');
    }),
  ]),
  refuses(
    'getUser',
    'a token of another API',
    { status: 401, code: isText, message: 'Invalid token' },
    async ({ auth0, methods }) => {
      const { accessToken } = await methods.getCredentials();
      return auth0.users(accessToken).getUser({ id });
    },
  ),
  refuses(
    'getUser',
    'somebody else',
    { status: 403, code: 'Forbidden', json: { errorCode: 'unowned_resource' } },
    async (app, stage) => (await usersOf(app, stage)).getUser({ id: 'auth0|mfa' }),
  ),
  refuses('patchUser', 'a token that may only read', { status: 403 }, async (app, stage) =>
    (await usersOf(app, stage, read)).patchUser({ id, metadata: { colour: 'red' } }),
  ),
];
