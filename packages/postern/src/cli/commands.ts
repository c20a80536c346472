import { Auth0 } from '../auth0.ts';
import { AuthError, isAuthError } from '../errors/auth-error.ts';
import { createNodePlatform, type NodePlatform } from '../platform/node/index.ts';
import type { Credentials, User } from '../types/index.ts';
import { completions } from './completions.ts';
import { exitCodeOf, exitCodes, UsageError } from './exit-codes.ts';
import { type CommandName, type Flags, readNumber } from './options.ts';
import { type Profile, readProfile, rememberProfile } from './profiles.ts';
import { printable, type Style } from './style.ts';

/** What a command has to say. `text` is all of standard output; `note` is for a person and goes to standard error. */
export interface Answer {
  readonly text: string;
  readonly json: unknown;
  readonly note?: string | undefined;
  /** Default: 0. */
  readonly exitCode?: number | undefined;
}

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  /** Tells a person something while a command waits. */
  readonly tell: (line: string) => void;
  /** How that may look. */
  readonly style: Style;
  /** How an answer may look. */
  readonly look: { readonly width: number; readonly style: Style };
  /** Aborted when the person presses Ctrl-C. */
  readonly signal: AbortSignal;
}

interface Client {
  readonly profile: Profile;
  readonly platform: NodePlatform;
  readonly auth0: Auth0;
}

type Command = (client: Client, flags: Flags, surroundings: Surroundings) => Promise<Answer>;

const YEAR = 31_536_000;

export async function runCommand(
  name: CommandName,
  flags: Flags,
  argument: string | undefined,
  surroundings: Surroundings,
): Promise<Answer> {
  if (name === 'completion') return complete(argument);
  if (name === 'doctor') return diagnose(flags, surroundings);
  const profile = await readProfile(flags, surroundings.env);
  const asked = name === 'login' ? { ...profile, ...loginSettings(flags, profile) } : profile;
  return commands[name](openClient(asked), flags, surroundings);
}

function openClient(profile: Profile): Client {
  const { name, domain, clientId, audience, scope, useDPoP } = profile;
  const platform = createNodePlatform();
  const auth0 = new Auth0({
    domain,
    clientId,
    ...(audience ? { audience } : {}),
    ...(scope ? { scope } : {}),
    useDPoP,
    // In Node: in the user's folder.
    cacheLocation: 'localstorage',
    credentialsManagerStorageKey: `cli:${name}`,
    platform,
  });
  return { profile, platform, auth0 };
}

/** What this login asks for, which the profile keeps once it has worked. */
function loginSettings(flags: Flags, known: Profile): Partial<Profile> {
  return {
    audience: flags.audience ?? known.audience,
    scope: flags.scope ?? known.scope,
    useDPoP: flags['no-dpop'] ? false : known.useDPoP,
  };
}

const login: Command = async (client, flags, surroundings) => {
  const { auth0, profile } = client;
  const port = readNumber(flags, 'port', 65_535);
  await (flags.device ? loginByDevice(client, surroundings) : loginByBrowser(client, port, surroundings));
  await rememberProfile(profile);
  const user = await auth0.webAuth.getWebUser();
  return {
    text: `Signed in as ${nameOf(user)}.\n`,
    json: await describe(client),
    note: await storageNote(client),
  };
};

async function loginByBrowser(
  client: Client,
  port: number | undefined,
  surroundings: Surroundings,
): Promise<Credentials> {
  const { tell, signal } = surroundings;
  const { webAuth } = client.auth0;
  let cancelling: ReturnType<typeof setInterval> | undefined;
  // Again and again: the login may not have come as far as to have something to cancel.
  const cancel = () => {
    cancelling = setInterval(() => void webAuth.cancelWebAuth(), 100);
  };
  signal.addEventListener('abort', cancel);
  try {
    tell('Your browser opens to sign in. Come back here when it says so.');
    tell('If it does not open: press Ctrl-C, then postern login --device');
    return await webAuth.authorize(port === undefined ? {} : { redirectUrl: `http://127.0.0.1:${port}/callback` });
  } catch (error) {
    if (!isAuthError(error) || error.code !== 'a0.browser_not_available' || port !== undefined) throw error;
    tell('No browser can be opened here.');
    return await loginByDevice(client, surroundings);
  } finally {
    clearInterval(cancelling);
    signal.removeEventListener('abort', cancel);
  }
}

const loginByDevice = ({ auth0 }: Client, { tell, style, signal }: Surroundings): Promise<Credentials> =>
  auth0.session.login(() =>
    auth0.auth.deviceAuthorization({
      signal,
      onUserCode: ({ userCode, verificationUri, verificationUriComplete, expiresAt }) => {
        const minutes = Math.max(1, Math.round((expiresAt - Date.now() / 1000) / 60));
        tell(`On any device, open   ${style('bold', printable(verificationUriComplete ?? verificationUri))}`);
        tell(`and check the code    ${style('bold', printable(userCode))}`);
        tell(`Waiting for you to allow it (${minutes} minutes).`);
      },
    }),
  );

const logout: Command = async ({ auth0 }, flags, { tell }) => {
  const { credentialsManager } = auth0;
  const held = await credentialsManager.hasValidCredentials();
  if (held && !flags.local) {
    try {
      // Whatever the access token is worth: revoking takes the refresh token that counts.
      const { refreshToken } = await credentialsManager.getCredentials();
      if (refreshToken) await auth0.auth.revoke({ refreshToken });
    } catch (error) {
      tell(`The tenant was not told (${printable((error as Error).message)}). The session is forgotten here.`);
    }
  }
  await credentialsManager.clearCredentials();
  return { text: held ? 'Signed out.\n' : 'Nobody was signed in.\n', json: { signedOut: held } };
};

const status: Command = async (client) => {
  const description = await describe(client);
  const { user, token: current, domain, clientId, audience, storage } = description;
  const lines = [
    `Signed in as ${nameOf(user)}`,
    `  profile   ${description.profile}`,
    `  tenant    ${domain}`,
    `  client    ${clientId}`,
    `  API       ${audience ?? '(none)'}`,
    `  token     ${current ? describeToken(current) : 'unknown: the tenant cannot be reached'}`,
    `  kept in   ${storage.directory}`,
    `            ${protectionText[storage.protection]}`,
  ];
  return { text: `${lines.join('\n')}\n`, json: description };
};

const token: Command = async (client, flags) => {
  const { accessToken, tokenType, expiresAt, scope } = await tokenFor(client, flags);
  return {
    text: `${accessToken}\n`,
    json: { accessToken, tokenType, expiresAt, scope },
    note:
      tokenType === 'DPoP'
        ? 'This token is bound to a key (DPoP) and is refused as a Bearer token: see "postern headers".'
        : undefined,
  };
};

const headers: Command = async (client, flags) => {
  const { url, method = 'GET', nonce } = flags;
  if (!url || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError('Give the address of the request: --url https://…', 'headers');
  if (!/^[A-Za-z]+$/.test(method)) throw new UsageError('--method must be an HTTP method, such as POST.', 'headers');
  // RFC 9449 section 8.1: what a nonce may be made of.
  if (nonce !== undefined && !/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(nonce))
    throw new UsageError('--nonce must be what the API sent as DPoP-Nonce.', 'headers');
  const { accessToken, tokenType } = await tokenFor(client, flags);
  const made = await client.auth0.getDPoPHeaders({
    url,
    method: method.toUpperCase(),
    accessToken,
    tokenType,
    ...(nonce === undefined ? {} : { nonce }),
  });
  const lines = Object.entries(made).map(([name, value]) => `${name}: ${value}`);
  return { text: `${lines.join('\n')}\n`, json: made };
};

const whoami: Command = async ({ auth0 }) => {
  await requireSession(auth0);
  const user = await auth0.webAuth.getWebUser();
  return { text: `${nameOf(user)}\n`, json: user };
};

const commands: Readonly<Record<Exclude<CommandName, 'completion' | 'doctor'>, Command>> = {
  login,
  logout,
  status,
  token,
  headers,
  whoami,
};

async function tokenFor({ auth0, profile }: Client, flags: Flags) {
  const minTtl = readNumber(flags, 'min-ttl', YEAR) ?? 0;
  const { audience, scope, refresh = false } = flags;
  const { credentialsManager } = auth0;
  if (audience === undefined || audience === profile.audience)
    return credentialsManager.getCredentials(scope, minTtl, {}, refresh);
  if (refresh) await credentialsManager.clearApiCredentials(audience, scope);
  return credentialsManager.getApiCredentials(audience, scope, minTtl);
}

/** Asks no network: whether the session still counts at the tenant shows when it is used. */
async function requireSession({ credentialsManager, webAuth }: Auth0): Promise<void> {
  if ((await credentialsManager.hasValidCredentials()) || (await webAuth.getWebUser())) return;
  throw new AuthError('NoCredentials', 'Nobody is signed in.', { code: 'NO_CREDENTIALS' });
}

async function describe({ auth0, profile, platform }: Client) {
  await requireSession(auth0);
  const { name, domain, clientId, audience } = profile;
  return {
    profile: name,
    domain,
    clientId,
    audience,
    // First: a session that the tenant has ended is none.
    token: await currentToken(auth0),
    user: await auth0.webAuth.getWebUser(),
    storage: await platform.describeStorage(),
  };
}

interface CurrentToken {
  readonly tokenType: string;
  readonly scope: string | undefined;
  /** Unix seconds. */
  readonly expiresAt: number;
  readonly isRenewable: boolean;
}

async function currentToken({ credentialsManager }: Auth0): Promise<CurrentToken | undefined> {
  try {
    const { tokenType, scope, expiresAt, refreshToken } = await credentialsManager.getCredentials();
    return { tokenType, scope, expiresAt, isRenewable: refreshToken !== undefined };
  } catch (error) {
    if (exitCodeOf(error) === exitCodes.unreachable) return undefined;
    throw error;
  }
}

const describeToken = ({ tokenType, expiresAt, isRenewable }: CurrentToken): string =>
  `${tokenType}, good until ${new Date(expiresAt * 1000).toISOString()}${isRenewable ? ', renewed when needed' : ''}`;

async function storageNote({ platform }: Client): Promise<string> {
  const { protection, directory } = await platform.describeStorage();
  return `The session is kept in ${directory}. ${protectionText[protection]}`;
}

const protectionText = {
  keychain: "Encrypted; the key is in this system's keychain.",
  file: 'Not encrypted (no keychain can be used): whoever can read your files can use it.',
} as const;

const nameOf = (user: User | null): string =>
  printable(user?.email ?? user?.name ?? user?.sub ?? 'somebody without a name');

function complete(shell: string | undefined): Answer {
  const write = shell !== undefined && Object.hasOwn(completions, shell) ? completions[shell] : undefined;
  if (!write) throw new UsageError('Name the shell: postern completion bash, zsh or fish.', 'completion');
  const script = write();
  return { text: script, json: { shell, script } };
}

/** Loaded when it is asked for: no other command reads an app. */
async function diagnose(flags: Flags, { env, look }: Surroundings): Promise<Answer> {
  const { examine } = await import('./doctor/doctor.ts');
  return examine(flags, { folder: process.cwd(), env, nodeVersion: process.versions.node, look });
}
