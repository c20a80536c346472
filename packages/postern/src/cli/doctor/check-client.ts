import type { TenantAddress } from './domain.ts';
import { doubtful, type Finding, fine, wrong } from './finding.ts';
import type { ClientFacts, Tried, TriedOrigin } from './look-at-client.ts';
import type { AppKind } from './read-app.ts';

export interface ClientContext {
  readonly address: TenantAddress;
  readonly clientId: string;
  readonly audience: string | undefined;
  readonly kind: AppKind | undefined;
}

/** Where an address is registered: in a dashboard, or in a file of somebody's own machine. */
const places = {
  callbacks: { dashboard: 'Allowed Callback URLs', file: 'callbacks' },
  logoutUrls: { dashboard: 'Allowed Logout URLs', file: 'logoutUrls' },
  webOrigins: { dashboard: 'Allowed Web Origins', file: 'webOrigins' },
} as const;

export function checkClient(facts: ClientFacts, context: ClientContext): Finding[] {
  const { clientId, address } = context;
  if (facts.foreign.kind === 'unknown-client')
    return [
      wrong(
        'client-unknown',
        `The tenant ${address.origin} does not know the client "${clientId}".`,
        'Compare the client ID with the one in the settings of the application, and the domain with the one beside it: an ID is known at one tenant only.',
      ),
    ];
  const findings = [...checkForeign(facts, context), ...checkGrants(facts, context), ...checkAudience(facts, context)];
  return [
    ...(findings.some(({ level }) => level === 'error') ? [] : [fine('client', `The client "${clientId}" is known.`)]),
    ...findings,
    ...facts.callbacks.map((tried) => checkCallback(tried, context)),
    ...facts.logoutUrls.map((tried) => checkLogoutUrl(tried, context)),
    ...facts.webOrigins.map((tried) => checkWebOrigin(tried, context)),
    ...checkNamed(facts, context),
  ];
}

function checkForeign({ foreign }: ClientFacts, context: ClientContext): Finding[] {
  if (foreign.kind === 'accepted')
    return [
      wrong(
        'client-open',
        'The tenant takes any callback URL for this client: whoever sends a person to its login page gets the login.',
        `Register each address letter for letter ${place('callbacks', context)}, without wildcards for hosts.`,
      ),
    ];
  if (foreign.kind === 'unclear')
    return [
      doubtful(
        'answer-unclear',
        `Whether the tenant knows the client is not clear: ${foreign.why}.`,
        'Look at what it answers to a login.',
      ),
    ];
  return [];
}

function checkGrants({ refresh, device, callbacks }: ClientFacts, context: ClientContext): Finding[] {
  const findings: Finding[] = [];
  const type = { browser: 'Single Page Application', next: 'Single Page Application' } as const;
  const wanted = context.kind === 'browser' || context.kind === 'next' ? type[context.kind] : 'Native';
  if (refresh?.kind === 'confidential')
    findings.push(
      wrong(
        'client-confidential',
        'The application at the tenant is one with a secret: after the login it gives no tokens to an app, which has none.',
        isLocal(context)
          ? `Make it one of type "${wanted === 'Native' ? 'native' : 'spa'}". Never put the secret into the app.`
          : `Make it one of type ${wanted} (Application Type; Authentication Method: None). Never put the secret into the app.`,
      ),
    );
  if (callbacks.some(({ verdict }) => verdict.kind === 'accepted' && verdict.error === 'unauthorized_client'))
    findings.push(
      wrong(
        'client-grant',
        'The client may not use the grant authorization_code, which every login needs.',
        `Turn it on ${grantPlace(context)}.`,
      ),
    );
  if (refresh?.kind === 'not-allowed')
    findings.push(
      doubtful(
        'client-grant',
        'The client may not use the grant refresh_token: sessions end with their first access token.',
        `Turn it on ${grantPlace(context)}, or set useRefreshTokens to false.`,
      ),
    );
  if (device?.kind === 'not-allowed')
    findings.push(
      doubtful(
        'client-grant',
        'The client may not use the device grant: "postern login --device" does not work.',
        `Turn it on ${grantPlace(context)}, if the program has to run where there is no browser.`,
      ),
    );
  return findings;
}

function checkAudience({ callbacks }: ClientFacts, { audience }: ClientContext): Finding[] {
  const isUnknown = callbacks.some(
    ({ verdict }) => verdict.kind === 'accepted' && /service not found/i.test(verdict.description ?? ''),
  );
  if (!audience || !isUnknown) return [];
  return [
    wrong(
      'audience-unknown',
      `The tenant has no API "${audience}": every login that asks for it is refused (Service not found).`,
      'Compare the audience with the identifier of the API, letter for letter; a slash at the end counts.',
    ),
  ];
}

/** What a tenant answers to a silent login of somebody it does not know. */
const expected = new Set(['login_required', 'interaction_required', 'consent_required', 'account_selection_required']);

function checkCallback({ address, verdict, takes }: Tried, context: ClientContext): Finding {
  const { url, why } = address;
  if (verdict.kind === 'accepted') {
    const { error, description = '' } = verdict;
    const isExplained = error === 'unauthorized_client' || /service not found/i.test(description);
    if (!error || expected.has(error) || isExplained) return fine('callback', `Callback URL ${url} (${why})`);
    return doubtful(
      'answer-unclear',
      `The tenant takes the callback URL ${url}, but answers a login with ${error}${description ? `: ${description}` : ''}.`,
      'Its log says more.',
    );
  }
  if (verdict.kind !== 'refused') return unclear(`the callback URL ${url}`, verdict);
  return wrong(
    'callback-refused',
    `The tenant refuses the callback URL ${url} (${why}): a login ends with "Callback URL mismatch".`,
    takes
      ? retype(url, takes, context, 'callbacks')
      : `${register(url, 'callbacks', context)}${portAdvice(url, context)}`,
  );
}

/** Programs listen on any free port. */
const portAdvice = (url: string, { kind }: ClientContext) =>
  (kind === 'node' || kind === 'electron') && /^http:\/\/127\.0\.0\.1:/.test(url)
    ? ' The port changes with each login: register http://127.0.0.1/callback for a native application, or one port, and name it (--port, redirectUrl).'
    : '';

function checkLogoutUrl({ address, verdict, takes }: Tried, context: ClientContext): Finding {
  const { url, why } = address;
  if (verdict.kind === 'accepted') return fine('logout-url', `Logout URL ${url} (${why})`);
  if (verdict.kind !== 'refused') return unclear(`the logout URL ${url}`, verdict);
  return wrong(
    'logout-url-refused',
    `The tenant refuses the logout URL ${url} (${why}): a logout ends on its error page.`,
    takes ? retype(url, takes, context, 'logoutUrls') : register(url, 'logoutUrls', context),
  );
}

function checkWebOrigin({ address, isReadable, isClear, message }: TriedOrigin, context: ClientContext): Finding {
  const { url, why } = address;
  if (!isClear) return unclear(`the web origin ${url}`, { kind: 'unclear', why: 'the token endpoint gives no answer' });
  if (!isReadable)
    return wrong(
      'web-origin-refused',
      `Pages at ${url} (${why}) may not read the tenant's answers: after the login the browser says "blocked by CORS policy", "Failed to fetch".`,
      register(url, 'webOrigins', context),
    );
  if (message && message.kind !== 'accepted')
    return wrong(
      'web-origin-refused',
      `The tenant tells pages at ${url} (${why}) nothing of silent logins: after a reload people look signed out.`,
      register(url, 'webOrigins', context),
    );
  return fine('web-origin', `Web origin ${url} (${why})`);
}

function checkNamed({ callbacks }: ClientFacts, { kind }: ClientContext): Finding[] {
  if (callbacks.length > 0) return [];
  return [
    doubtful(
      'address-unknown',
      'No callback URL is known, so none was tried.',
      kind === 'browser' || kind === undefined
        ? 'Give the address of the app: --web-origin https://app.example.com; or a callback: --redirect-uri'
        : 'Give it: --redirect-uri',
    ),
  ];
}

function unclear(what: string, verdict: Tried['verdict']): Finding {
  const why = verdict.kind === 'unclear' ? verdict.why : 'it does not know the client';
  return doubtful(
    'answer-unclear',
    `Whether the tenant takes ${what} is not clear: ${why}.`,
    'Try again, or look at what it answers to a login.',
  );
}

const isLocal = ({ address }: ClientContext) => address.isLoopback || address.isInsecure;

const place = (list: keyof typeof places, context: ClientContext) =>
  isLocal(context)
    ? `in "${places[list].file}" of the client in the tenant's configuration`
    : `at the tenant: Applications, ${context.clientId}, Settings, ${places[list].dashboard}`;

const register = (url: string, list: keyof typeof places, context: ClientContext) =>
  `Register it, letter for letter, ${place(list, context)}: ${url}`;

const retype = (url: string, takes: string, context: ClientContext, list: keyof typeof places) =>
  `It takes ${takes}, but they have to be alike letter for letter. Register also, ${place(list, context)}: ${url}`;

const grantPlace = (context: ClientContext) =>
  isLocal(context)
    ? 'in "grantTypes" of the client in the tenant\'s configuration'
    : `at the tenant: Applications, ${context.clientId}, Settings, Advanced, Grant Types`;
