import { checkCallbacks, checkLogoutUrls, checkWebOrigins } from './check-callbacks.ts';
import { type ClientContext, isLocal, placeOf } from './client-context.ts';
import { doubtful, type Finding, fine, wrong } from './finding.ts';
import type { ClientFacts } from './look-at-client.ts';

export function checkClient(facts: ClientFacts, context: ClientContext): Finding[] {
  const { clientId, address } = context;
  if (facts.foreign.kind === 'unknown-client')
    return [
      wrong(
        'client-unknown',
        `The tenant ${address.origin} does not know the client "${clientId}".`,
        isLocal(context)
          ? "Compare the client ID with those in the tenant's configuration: without one it has those of the sample, such as postern-spa."
          : 'Compare the client ID with the one in the settings of the application, and the domain with the one beside it: an ID is known at one tenant only.',
      ),
    ];
  const findings = [...checkForeign(facts, context), ...checkGrants(facts, context), ...checkAudience(facts, context)];
  return [
    ...(findings.some(({ level }) => level === 'error') ? [] : [fine('client', `The client "${clientId}" is known.`)]),
    ...findings,
    ...checkCallbacks(facts, context),
    ...checkLogoutUrls(facts, context),
    ...checkWebOrigins(facts, context),
  ];
}

function checkForeign({ foreign }: ClientFacts, context: ClientContext): Finding[] {
  if (foreign.kind === 'accepted')
    return [
      wrong(
        'client-open',
        'The tenant takes any callback URL for this client: whoever sends a person to its login page gets the login.',
        `Register each address letter for letter ${placeOf('callbacks', context)}, without wildcards for hosts.`,
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
        `Turn it on ${placeOf('grants', context)}.`,
      ),
    );
  if (refresh?.kind === 'not-allowed')
    findings.push(
      doubtful(
        'client-grant',
        'The client may not use the grant refresh_token: sessions end with their first access token.',
        `Turn it on ${placeOf('grants', context)}, or set useRefreshTokens to false.`,
      ),
    );
  if (device?.kind === 'not-allowed')
    findings.push(
      doubtful(
        'client-grant',
        'The client may not use the device grant: "postern login --device" does not work.',
        `Turn it on ${placeOf('grants', context)}, if the program has to run where there is no browser.`,
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
