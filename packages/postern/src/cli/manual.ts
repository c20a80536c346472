import type { CommandName, OptionName } from './options.ts';

/** What the help and the completions say. The first clause of a text, up to "." "(" ";" or ":", is said by completions. */

interface OptionText {
  /** Name of the value, where it takes one. */
  readonly value?: string;
  readonly text: string;
}

export const optionTexts: Readonly<Record<OptionName, OptionText>> = {
  domain: {
    value: 'HOST',
    text: 'the tenant; or the whole address of one on this machine (http://localhost:4455). Remembered by login.',
  },
  'client-id': { value: 'ID', text: 'the client, a native one. Remembered by login.' },
  profile: { value: 'NAME', text: 'another session, with settings of its own (default: "default")' },
  audience: { value: 'API', text: 'the API that the token is for' },
  scope: { value: '"A B"', text: 'scopes to ask for' },
  port: {
    value: 'N',
    text: 'listen on this port for the browser; for tenants that want http://127.0.0.1:N/callback registered (default: any free port)',
  },
  'min-ttl': { value: 'SECONDS', text: 'how long the token must still be good for (default: 0)' },
  url: { value: 'URL', text: 'the address of the request (required)' },
  method: { value: 'METHOD', text: 'the method of the request (default: GET)' },
  'redirect-uri': {
    value: 'URL',
    text: 'a callback URL to try, in place of the ones that the app has by default. As often as needed.',
  },
  'logout-url': { value: 'URL', text: 'a logout URL to try, in the same way' },
  'web-origin': {
    value: 'ORIGIN',
    text: 'where the pages of the app are (default: where its development server is): tried as web origin, callback URL and logout URL',
  },
  'app-config': {
    value: 'FILE',
    text: 'the configuration of an Expo app, as "npx expo config --json" writes it; "-" reads it from standard input',
  },
  nonce: { value: 'NONCE', text: 'what the API sent as DPoP-Nonce with a 401, when it asks for one (use_dpop_nonce)' },
  device: {
    text: 'show a code to enter on another device; done by itself where no browser can be opened (no display, over SSH, BROWSER=none)',
  },
  'no-dpop': { text: 'plain Bearer tokens, for APIs and tools that take no others. Remembered.' },
  refresh: { text: 'get a new token, however good the old one is' },
  local: { text: 'forget the session here and ask nobody: works offline' },
  json: { text: 'print JSON, errors included' },
  help: { text: 'explain a command' },
  version: { text: 'print the version' },
};

interface CommandText {
  readonly usage: string;
  readonly summary: string;
  /** Paragraphs. */
  readonly about: readonly string[];
  /** Command lines, each with what it is for. */
  readonly examples: readonly (readonly [line: string, purpose: string])[];
}

export const commandTexts: Readonly<Record<CommandName, CommandText>> = {
  login: {
    usage: '[options]',
    summary: 'sign in by your browser, or on another device',
    about: [
      'Opens your own browser on the login page of the tenant and waits for its answer, up to five minutes. Where there is no browser, it shows a code that you enter on another device.',
      'Tenant, client, API and scopes are remembered in the profile, so that you name them once. The session stays on this machine, and tokens are renewed from it; login says how it is protected.',
      'BROWSER names the command to open a browser with; "none" means that there is none.',
    ],
    examples: [
      ['postern login --domain example.eu.auth0.com --client-id abc', 'the first time'],
      ['postern login', 'again, as the same client'],
      ['postern login --profile ci --device', 'a second session, by a code'],
    ],
  },
  logout: {
    usage: '[--local]',
    summary: 'forget the session, and end it at the tenant',
    about: [
      'Revokes the refresh token and forgets the session and its key. The settings of the profile stay. The browser stays signed in at the tenant, as other apps may be using that.',
    ],
    examples: [['postern logout', 'on this machine, for this profile']],
  },
  status: {
    usage: '[--json]',
    summary: 'who is signed in, until when, and how that is kept',
    about: ['Renews the access token when it is due, so a session that the tenant has ended shows as ended.'],
    examples: [['postern status --json', 'for scripts']],
  },
  whoami: {
    usage: '[--json]',
    summary: 'print who is signed in',
    about: [
      'The email address, else the name, else the user ID. Asks no network. With --json, all that is known of the person.',
    ],
    examples: [['postern whoami --json', 'the claims of the ID token']],
  },
  token: {
    usage: '[options]',
    summary: 'print an access token, and nothing else',
    about: [
      'For scripts. The token is renewed first when it is due; however many processes ask at once, one request is made.',
      'Tokens are bound to a key of this machine (DPoP) where the tenant can do that. An API refuses such a token as a Bearer token: use "postern headers" for it, or sign in with --no-dpop.',
    ],
    examples: [
      ['curl -H "Authorization: Bearer $(postern token)" $API/notes', 'after login --no-dpop'],
      ['postern token --min-ttl 600 --json', 'good for ten minutes more, with its scopes and its end'],
    ],
  },
  headers: {
    usage: '--url URL [options]',
    summary: 'print the headers of one API request, DPoP proof included',
    about: [
      'One line each, as curl reads them. A proof is good for this one request, at this address and by this method, and for about a minute.',
    ],
    examples: [
      ['postern headers --url $API/notes | curl -H @- $API/notes', 'read'],
      ['postern headers --url $API/notes --method POST', 'write'],
      ['postern headers --url $API/notes --nonce eyJ7...', 'again, where the API answered 401 with a DPoP-Nonce'],
    ],
  },
  doctor: {
    usage: '[options]',
    summary: 'look at an app and its tenant, and say what is wrong',
    about: [
      'Run it in the folder of the app. It reads package.json, app.json, the native projects, .env files and the code, asks the tenant for its metadata, and tries each callback URL, logout URL and web origin there. Nothing is changed, no code of the app is run, and no secret is needed or shown.',
      'Tenant, client and API are those of the options, of variables such as VITE_AUTH0_DOMAIN, or of the code.',
      'Ends with 0 if nothing is wrong, with 1 if something is, and with 5 if nothing but the tenant could not be reached.',
    ],
    examples: [
      ['npx postern doctor', 'in the folder of the app'],
      ['npx postern doctor --web-origin https://app.example.com', 'the addresses it is deployed to'],
      ['npx expo config --json | npx postern doctor --app-config -', 'an app.config.ts'],
    ],
  },
  completion: {
    usage: 'bash|zsh|fish',
    summary: 'print completions for your shell',
    about: ['For the shell to read at its start.'],
    examples: [
      ['source <(postern completion bash)', 'in ~/.bashrc'],
      ['source <(postern completion zsh)', 'in ~/.zshrc, after compinit'],
      ['postern completion fish | source', 'in ~/.config/fish/config.fish'],
    ],
  },
};

/** What a command adds to the text of an option that others have, too. */
export const ownTexts: Readonly<Partial<Record<CommandName, Partial<Record<OptionName, string>>>>> = {
  login: {
    audience: 'the API that the tokens are for. Remembered.',
    scope: 'scopes to ask for (default: openid profile email). Remembered.',
  },
  token: {
    audience: "another API than the login's",
    scope: 'scopes that the token must have',
  },
  headers: {
    audience: "another API than the login's",
    scope: 'scopes that the token must have',
  },
  doctor: {
    domain: "the tenant (default: the app's own)",
    'client-id': "the client (default: the app's own)",
    profile: 'look at what "postern login" was told under that name',
    audience: 'the API that the app asks tokens for',
  },
};

export const exitCodeTexts: readonly (readonly [code: number, text: string])[] = [
  [0, 'done'],
  [1, 'failed; doctor: something is wrong'],
  [2, 'wrong use, or the tenant and client are not known'],
  [3, 'not signed in, or the session is over: log in'],
  [4, 'the login was refused or given up, or nobody came in time'],
  [5, 'the tenant cannot be reached, or has trouble: try again'],
];

export const environmentTexts: readonly (readonly [name: string, text: string])[] = [
  ['POSTERN_DOMAIN', 'as --domain, which goes first'],
  ['POSTERN_CLIENT_ID', 'as --client-id, which goes first'],
  ['POSTERN_PROFILE', 'as --profile, which goes first'],
  ['BROWSER', 'the command that opens a browser, or "none"'],
  ['NODE_USE_ENV_PROXY', '1: go by the proxy that HTTPS_PROXY names (Node 24, or 22.21)'],
  ['NO_COLOR', 'no colours; there are none outside a terminal either'],
];
