import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { User } from '../store/store.ts';
import type { Assertion } from './read-response.ts';
import { readOrigin, relyingPartyId, whyRefused } from './relying-party.ts';

/** RFC 8176: proof of possession of a key. */
export const passkeyAmr = ['pop'] as const;

/**
 * Checks that a passkey was used (W3C Web Authentication, section 7.2), counts it, and answers whose it is; or why it
 * proves nothing.
 */
export async function verifyAssertion(
  tenant: TenantContext,
  client: ClientConfig,
  { challenge, connection }: { readonly challenge: string; readonly connection: string },
  { authenticatorAttachment, clientExtensionResults, ...assertion }: Assertion,
): Promise<{ readonly user: User } | { readonly problem: string }> {
  const { passkeys, users } = tenant.store;
  const { clientDataJSON, authenticatorData, signature, userHandle } = assertion.response;
  const passkey = await passkeys.find(assertion.id);
  if (passkey === undefined) return { problem: 'The passkey is unknown to this tenant; it may have been deleted.' };
  // Nobody was named before the challenge, so the handle must be there.
  if (userHandle?.replace(/=+$/, '') !== passkey.userHandle) {
    return { problem: 'The passkey names another user than the one it was made for, or none.' };
  }
  const user = await users.get(passkey.userId);
  if (user === undefined) return { problem: `User ${passkey.userId}, whose passkey it is, was deleted.` };
  if (user.connection !== connection) {
    return { problem: `User ${user.id} is of connection ${user.connection}, but the login is for ${connection}.` };
  }
  const where = readOrigin(tenant, client, clientDataJSON);
  if ('problem' in where) return where;
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        ...assertion,
        response: { clientDataJSON, authenticatorData, signature },
        clientExtensionResults: {},
      },
      expectedChallenge: challenge,
      expectedOrigin: where.origin,
      expectedRPID: relyingPartyId(tenant),
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.signCount,
      },
      requireUserVerification: tenant.registry.config.passkeys.userVerification === 'required',
    });
    if (!verified) return { problem: `The signature is not that of the passkey of user ${user.id}.` };
    const use = {
      signCount: authenticationInfo.newCounter,
      backedUp: authenticationInfo.credentialBackedUp,
      now: tenant.clock.now(),
    };
    if (await passkeys.recordUse(passkey.id, use)) return { user };
    return { problem: `The counter of the passkey of user ${user.id} went back: there may be a copy of it.` };
  } catch (error) {
    return { problem: `The passkey of user ${user.id} was refused: ${whyRefused(error)}` };
  }
}
