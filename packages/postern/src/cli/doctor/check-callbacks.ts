import { type ClientContext, type PlaceName, placeOf } from './client-context.ts';
import { doubtful, type Finding, fine, wrong } from './finding.ts';
import type { ClientFacts, Tried, TriedOrigin } from './look-at-client.ts';

/** What a tenant answers to a silent login of somebody it does not know. */
const expected = new Set(['login_required', 'interaction_required', 'consent_required', 'account_selection_required']);

export function checkCallbacks({ callbacks }: ClientFacts, context: ClientContext): Finding[] {
  if (callbacks.length === 0) return [namesNone(context)];
  const taken = callbacks.flatMap(({ address: { url, why }, verdict }): Finding[] => {
    if (verdict.kind !== 'accepted') return [];
    const { error, description = '' } = verdict;
    const isTold = error === 'unauthorized_client' || /service not found/i.test(description);
    if (!error || expected.has(error) || isTold)
      return [fine('callback', `The callback URL ${url} is taken (${why}).`)];
    return [
      doubtful(
        'answer-unclear',
        `The tenant takes the callback URL ${url}, but answers a login with ${error}${description && `: ${description}`}.`,
        'Its log says more.',
      ),
    ];
  });
  const refused = callbacks.filter(({ verdict }) => verdict.kind === 'refused');
  return [
    ...taken,
    ...refuse(refused, context, {
      code: 'callback-refused',
      place: 'callbacks',
      what: ['callback URL', 'callback URLs'],
      so: 'a login ends with "Callback URL mismatch"',
    }),
    ...tellUnclear(callbacks, 'callback URL'),
  ];
}

export function checkLogoutUrls({ logoutUrls }: ClientFacts, context: ClientContext): Finding[] {
  const taken = logoutUrls.filter(({ verdict }) => verdict.kind === 'accepted');
  const refused = logoutUrls.filter(({ verdict }) => verdict.kind === 'refused');
  return [
    ...taken.map(({ address: { url, why } }) => fine('logout-url', `The logout URL ${url} is taken (${why}).`)),
    ...refuse(refused, context, {
      code: 'logout-url-refused',
      place: 'logoutUrls',
      what: ['logout URL', 'logout URLs'],
      so: "a logout ends on the tenant's error page",
    }),
    ...tellUnclear(logoutUrls, 'logout URL'),
  ];
}

interface Refusal {
  readonly code: 'callback-refused' | 'logout-url-refused';
  readonly place: PlaceName;
  /** One, and several. */
  readonly what: readonly [string, string];
  readonly so: string;
}

/** Those of which the tenant takes another spelling are told one by one; the rest are to be registered at once. */
function refuse(refused: readonly Tried[], context: ClientContext, { code, place, what, so }: Refusal): Finding[] {
  const where = placeOf(place, context);
  const misspelt = refused.flatMap(({ address: { url, why }, takes }) =>
    takes
      ? [
          wrong(
            code,
            `The tenant refuses the ${what[0]} ${url} (${why}), though it takes ${takes}: ${so}.`,
            `The two have to be alike letter for letter. Register also, ${where}:`,
            url,
          ),
        ]
      : [],
  );
  const unknown = refused.filter(({ address, takes }) => !takes && !address.isOptional).map(({ address }) => address);
  const optional = refused.filter(({ address, takes }) => !takes && address.isOptional).map(({ address }) => address);
  const [first] = unknown;
  const advice = unknown.some(({ url }) => isOnFreePort(url, context))
    ? 'The port changes with each login: make the application a native one, or use one port always (login --port, redirectUrl). '
    : '';
  const message =
    unknown.length === 1
      ? `The tenant refuses the ${what[0]} ${first?.url} (${first?.why}): ${so}.`
      : `The tenant refuses ${unknown.length} ${what[1]} of the app: ${so}.`;
  const it = unknown.length === 1 ? 'it' : 'them';
  return [
    ...misspelt,
    ...(first
      ? [
          wrong(
            code,
            message,
            `${advice}Register ${it}, letter for letter, ${where}:`,
            ...unknown.map(({ url }) => url),
          ),
        ]
      : []),
    ...optional.map(({ url, why }) =>
      doubtful(
        code,
        `The tenant refuses the ${what[0]} ${url}, which is used in ${why} only.`,
        `If you use that, register it, letter for letter, ${where}:`,
        url,
      ),
    ),
  ];
}

/** Programs listen on any free port. */
const isOnFreePort = (url: string, { kind }: ClientContext) =>
  (kind === 'node' || kind === 'electron') && /^http:\/\/127\.0\.0\.1:/.test(url);

export const checkWebOrigins = ({ webOrigins }: ClientFacts, context: ClientContext): Finding[] =>
  webOrigins.map((tried) => checkWebOrigin(tried, context));

function checkWebOrigin({ address, isReadable, isClear, message }: TriedOrigin, context: ClientContext): Finding {
  const { url, why } = address;
  const refused = (so: string) =>
    wrong(
      'web-origin-refused',
      `The tenant does not know the web origin ${url} (${why}): ${so}.`,
      `Register it ${placeOf('webOrigins', context)}:`,
      url,
    );
  if (!isClear) return unclear(`the web origin ${url}`, 'the token endpoint gives no answer');
  if (!isReadable)
    return refused(
      'pages there may not read its answers, and a login ends with "blocked by CORS policy" and "Failed to fetch"',
    );
  if (message && message.kind !== 'accepted')
    return refused('it answers no silent logins of pages there, and after a reload people look signed out');
  return fine('web-origin', `The web origin ${url} is taken (${why}).`);
}

function namesNone({ kind }: ClientContext): Finding {
  const isOfPages = kind === 'browser' || kind === undefined;
  return doubtful(
    'address-unknown',
    'No callback URL is known, so none was tried.',
    isOfPages ? 'Say where the pages of the app are, or give its callback URL:' : 'Give it:',
    ...(isOfPages ? ['npx postern doctor --web-origin https://app.example.com'] : []),
    'npx postern doctor --redirect-uri URL',
  );
}

const tellUnclear = (tried: readonly Tried[], what: string): Finding[] =>
  tried.flatMap(({ address, verdict }) => {
    if (verdict.kind === 'unclear') return [unclear(`the ${what} ${address.url}`, verdict.why)];
    return verdict.kind === 'unknown-client'
      ? [unclear(`the ${what} ${address.url}`, 'it does not know the client here')]
      : [];
  });

const unclear = (what: string, why: string): Finding =>
  doubtful(
    'answer-unclear',
    `Whether the tenant takes ${what} is not clear: ${why}.`,
    'Try again, or look at what it answers to a login.',
  );
