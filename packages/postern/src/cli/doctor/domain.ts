import { doubtful, type Finding, wrong } from './finding.ts';

/** A domain as it is written, and what it comes to. */
export interface DomainFacts {
  /** Where the tenant is; absent where nothing that can be asked was written. */
  readonly address?: TenantAddress;
  readonly findings: readonly Finding[];
}

export interface TenantAddress {
  /** Without a slash at the end. */
  readonly origin: string;
  /** With the port, where one is given: as callback URLs have it. */
  readonly host: string;
  readonly isLoopback: boolean;
  readonly isInsecure: boolean;
}

const loopbackHost = /^(localhost|([a-z0-9-]+\.)+localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const placeholder =
  /[<>{}…]|\byour\b|\byour[-_]?(auth0|tenant|domain|app|company)|(^|\.|\/\/)example\.|change[-_ ]?me|x{3,}/i;

/** The SDK takes host names; loopback addresses with their scheme, too. What else people write is told apart here. */
export function readDomain(written: string, source: string): DomainFacts {
  const text = written.trim();
  const said = `${source} says the domain is "${text}"`;
  if (placeholder.test(text))
    return only(
      wrong(
        'domain-placeholder',
        `${said}, which stands for a domain and is none.`,
        'Put in your own, as the settings of the application at the tenant show it; or http://localhost:4455 with "npx postern-tenant" running.',
      ),
    );
  const [, scheme, rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(text) ?? [];
  const [, host = ''] = /^([^/?#]*)/.exec(rest) ?? [];
  const address = `${(scheme ?? 'https').toLowerCase()}://${host}`;
  if (!URL.canParse(address) || !/^(https?)$/i.test(scheme ?? 'https') || host.includes('@'))
    return only(wrong('domain-form', `${said}, which is no host name.`, 'Write it like tenant.eu.auth0.com.'));
  const url = new URL(address);
  if (/^manage(\.[a-z0-9-]+)*\.auth0\.com$/.test(url.hostname))
    return only(
      wrong(
        'domain-form',
        `${said}, which is the address of Auth0's dashboard.`,
        'Use the domain that the dashboard shows in the settings of the application, like tenant.eu.auth0.com.',
      ),
    );
  const isLoopback = loopbackHost.test(url.hostname);
  const isWholeHost = isLoopback || /[.:]/.test(url.hostname);
  if (!isWholeHost)
    return only(
      wrong(
        'domain-form',
        `${said}, which is a part of a host name.`,
        `Write the whole: a tenant of Auth0 is called like ${url.hostname}.eu.auth0.com.`,
      ),
    );
  const isInsecure = url.protocol === 'http:';
  const found = { origin: url.origin, host: url.host, isLoopback, isInsecure };
  return { address: found, findings: judgeForm({ said, scheme, after: rest.slice(host.length), found }) };
}

interface Written {
  readonly said: string;
  readonly scheme: string | undefined;
  /** What follows the host. */
  readonly after: string;
  readonly found: TenantAddress;
}

function judgeForm({ said, scheme, after, found }: Written): Finding[] {
  const { host, origin, isLoopback, isInsecure } = found;
  const mayBeOrigin = isLoopback || isInsecure;
  const surplus = [
    ...(scheme && !mayBeOrigin ? [`${scheme.toLowerCase()}://`] : []),
    ...(after === '/' ? ['the slash at the end'] : after ? [`"${after}"`] : []),
  ];
  const isTaken = surplus.length === 0 || (mayBeOrigin && scheme !== undefined && after === '/');
  const findings: Finding[] = [];
  if (!isTaken)
    findings.push(
      wrong(
        'domain-form',
        `${said}. It is refused with ${surplus.join(' and ')}.`,
        `Write ${mayBeOrigin && scheme ? origin : host}`,
      ),
    );
  if (isInsecure && !isLoopback)
    findings.push(
      doubtful(
        'domain-insecure',
        `${origin} is reached without encryption, which the SDK takes by dangerouslyAllowInsecureDomain alone.`,
        'For trying things out on a network that you trust. Everybody on it can read passwords and tokens: never ship it.',
      ),
    );
  return findings;
}

const only = (finding: Finding): DomainFacts => ({ findings: [finding] });
