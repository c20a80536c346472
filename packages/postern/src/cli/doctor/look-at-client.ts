import { type Address, type Addresses, variantsOf } from './addresses.ts';
import {
  type ClientAddress,
  foreignCallback,
  type TokenVerdict,
  tryCallback,
  tryGrant,
  tryLogoutUrl,
  type Verdict,
} from './ask-client.ts';
import { deviceGrant } from './check-tenant.ts';

/** An address that was tried at the tenant. */
export interface Tried {
  readonly address: Address;
  readonly verdict: Verdict;
  /** Another spelling, which it takes. */
  readonly takes?: string;
}

export interface TriedOrigin {
  readonly address: Address;
  readonly isReadable: boolean;
  /** Whether the tenant was heard at all. */
  readonly isClear: boolean;
  /** The answer to a silent login, where the callback that it needs is taken. */
  readonly message?: Verdict;
}

export interface ClientFacts {
  /** A callback that nobody registers: refused by a tenant that knows the client. */
  readonly foreign: Verdict;
  readonly refresh?: TokenVerdict;
  readonly device?: TokenVerdict;
  readonly callbacks: readonly Tried[];
  readonly logoutUrls: readonly Tried[];
  readonly webOrigins: readonly TriedOrigin[];
}

/** No more than one request at a time: this is a look, not a load. */
export async function lookAtClient(
  client: ClientAddress,
  addresses: Addresses,
  { wantsDevices }: { readonly wantsDevices: boolean },
): Promise<ClientFacts> {
  const foreign = await tryCallback(client, foreignCallback);
  if (foreign.kind === 'unknown-client') return { foreign, callbacks: [], logoutUrls: [], webOrigins: [] };
  const grant = { grant_type: 'refresh_token', refresh_token: 'postern-doctor' };
  const refresh = await tryGrant(client, grant);
  const device = wantsDevices
    ? await tryGrant(client, { grant_type: deviceGrant, device_code: 'postern-doctor' })
    : undefined;
  const callbacks: Tried[] = [];
  for (const address of addresses.callbacks) {
    const tried = await tryAll(address, (url) => tryCallback(client, url));
    if (tried) callbacks.push(tried);
  }
  const logoutUrls: Tried[] = [];
  for (const address of addresses.logoutUrls) {
    const tried = await tryAll(address, (url) => tryLogoutUrl(client, url));
    if (tried) logoutUrls.push(tried);
  }
  const webOrigins: TriedOrigin[] = [];
  for (const address of addresses.webOrigins) {
    const { isReadable, kind } = await tryGrant(client, grant, address.url);
    const callback = callbacks.find((one) => one.verdict.kind === 'accepted' && isOf(one.address.url, address.url));
    const message = callback && (await tryCallback(client, callback.address.url, 'web_message'));
    webOrigins.push({ address, isReadable, isClear: kind !== 'unclear', ...(message && { message }) });
  }
  return { foreign, refresh, ...(device && { device }), callbacks, logoutUrls, webOrigins };
}

/** Where the address is refused, its other spellings. */
async function tryAll(
  address: Address,
  attempt: (url: string) => Promise<Verdict | undefined>,
): Promise<Tried | undefined> {
  const verdict = await attempt(address.url);
  if (verdict?.kind !== 'refused') return verdict && { address, verdict };
  for (const variant of variantsOf(address)) {
    if ((await attempt(variant))?.kind === 'accepted') return { address, verdict, takes: variant };
  }
  return { address, verdict };
}

const isOf = (url: string, origin: string) => URL.canParse(url) && new URL(url).origin === origin;
