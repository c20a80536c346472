import type { TenantContext } from '../context.ts';
import type { Passkey } from '../store/store.ts';
import { createSecret } from '../tokens/secret.ts';
import { createPasskeySession, type PasskeySession } from './passkey-session.ts';
import { relyingPartyId } from './relying-party.ts';

/** COSE numbers of EdDSA, ES256 and RS256, the best first. */
export const passkeyAlgorithms = [-8, -7, -257];

type WithoutChallenge<T> = T extends unknown ? Omit<T, 'challenge'> : never;

/** What a page gives to `navigator.credentials`, in the JSON form of W3C Web Authentication, and the session it is for. */
export interface PasskeyChallenge<Options> {
  readonly authSession: string;
  readonly options: Options;
}

export interface CreationOptions {
  readonly challenge: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly rp: { readonly id: string; readonly name: string };
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string };
  readonly pubKeyCredParams: readonly { readonly type: 'public-key'; readonly alg: number }[];
  readonly authenticatorSelection: { readonly residentKey: 'required'; readonly userVerification: string };
  readonly excludeCredentials?: readonly { readonly type: 'public-key'; readonly id: string }[];
}

export interface RequestOptions {
  readonly challenge: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly rpId: string;
  readonly userVerification: string;
}

/** Asks for a new passkey. `exclude`: passkeys whose authenticators are not to make another one. */
export async function challengeToCreate(
  tenant: TenantContext,
  session: WithoutChallenge<Extract<PasskeySession, { purpose: 'signup' | 'enroll' }>>,
  user: { readonly name: string; readonly displayName: string },
  exclude: readonly Passkey[] = [],
): Promise<PasskeyChallenge<CreationOptions>> {
  const { timeout, userVerification } = tenant.registry.config.passkeys;
  const challenge = createSecret();
  const id = relyingPartyId(tenant);
  const options: CreationOptions = {
    challenge,
    timeout: timeout * 1000,
    rp: { id, name: tenant.registry.config.name },
    user: { id: session.userHandle, ...user },
    pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: 'public-key', alg })),
    authenticatorSelection: { residentKey: 'required', userVerification },
    ...(exclude.length === 0
      ? {}
      : { excludeCredentials: exclude.map(({ credentialId }) => ({ type: 'public-key', id: credentialId })) }),
  };
  return { authSession: await createPasskeySession(tenant, { ...session, challenge }), options };
}

/** Asks for any passkey of the domain: the authenticator knows whose it is. */
export async function challengeToSignIn(
  tenant: TenantContext,
  session: WithoutChallenge<Extract<PasskeySession, { purpose: 'login' }>>,
): Promise<PasskeyChallenge<RequestOptions>> {
  const { timeout, userVerification } = tenant.registry.config.passkeys;
  const challenge = createSecret();
  const options = { challenge, timeout: timeout * 1000, rpId: relyingPartyId(tenant), userVerification };
  return { authSession: await createPasskeySession(tenant, { ...session, challenge }), options };
}
