import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { createGroupId } from '../mfa/factors/authenticator.ts';
import type { Passkey } from '../store/store.ts';
import { passkeyAlgorithms } from './challenge.ts';
import type { Attestation } from './read-response.ts';
import { readOrigin, relyingPartyId, whyRefused } from './relying-party.ts';

/** A passkey whose owner is not known yet. */
export type NewPasskey = Omit<Passkey, 'userId'>;

/**
 * Checks a new passkey (W3C Web Authentication, section 7.1): challenge, origin, RP ID, flags, algorithm, and the
 * attestation if there is one. Answers with what to store, or why it is no good.
 */
export async function verifyAttestation(
  tenant: TenantContext,
  client: ClientConfig,
  { challenge, userHandle }: { readonly challenge: string; readonly userHandle: string },
  { authenticatorAttachment, clientExtensionResults, ...attestation }: Attestation,
  userAgent: string | undefined,
): Promise<NewPasskey | { readonly problem: string }> {
  const where = readOrigin(tenant, client, attestation.response.clientDataJSON);
  if ('problem' in where) return where;
  const rpId = relyingPartyId(tenant);
  // Loaded when the first passkey comes: no start waits for it.
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  try {
    const { verified, registrationInfo: info } = await verifyRegistrationResponse({
      response: {
        ...attestation,
        response: {
          clientDataJSON: attestation.response.clientDataJSON,
          attestationObject: attestation.response.attestationObject,
        },
        clientExtensionResults: {},
      },
      expectedChallenge: challenge,
      expectedOrigin: where.origin,
      expectedRPID: rpId,
      requireUserVerification: tenant.registry.config.passkeys.userVerification === 'required',
      supportedAlgorithmIDs: passkeyAlgorithms,
    });
    if (!verified || info === undefined) return { problem: 'The attestation of the passkey is not genuine.' };
    return {
      id: `passkey|${createGroupId()}`,
      credentialId: info.credential.id,
      userHandle,
      publicKey: Buffer.from(info.credential.publicKey).toString('base64url'),
      signCount: info.credential.counter,
      relyingPartyId: rpId,
      deviceType: info.credentialDeviceType === 'multiDevice' ? 'multi_device' : 'single_device',
      backedUp: info.credentialBackedUp,
      transports: attestation.response.transports ?? [],
      aaguid: info.aaguid,
      userAgent: userAgent?.slice(0, 512),
      createdAt: tenant.clock.now(),
    };
  } catch (error) {
    return { problem: `The new passkey was refused: ${whyRefused(error)}` };
  }
}
