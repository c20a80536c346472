import type { User } from '../store/store.ts';
import { identityOf, type Method } from './methods.ts';

/** A method as the My Account API shows it: nothing in it proves anything. */
export function methodView(user: User, { id, type, createdAt, passkey, lastResetAt, group }: Method) {
  const base = { id, type, created_at: isoTime(createdAt), usage: [isFirst(type) ? 'primary' : 'secondary'] };
  if (passkey !== undefined) {
    return {
      ...base,
      identity_user_id: identityOf(user),
      key_id: passkey.credentialId,
      public_key: passkey.publicKey,
      user_handle: passkey.userHandle,
      credential_device_type: passkey.deviceType,
      credential_backed_up: passkey.backedUp,
      transports: passkey.transports,
      relying_party_id: passkey.relyingPartyId,
      ...given({
        aaguid: passkey.aaguid,
        user_agent: passkey.userAgent,
        name: passkey.label,
        last_auth_at: isoTime(passkey.lastUsedAt),
      }),
    };
  }
  if (group === undefined) {
    return {
      ...base,
      identity_user_id: identityOf(user),
      ...given({ last_password_reset: isoTime(lastResetAt) }),
    };
  }
  const [first] = group;
  const preferred = group.find((one) => one.preferred === true) ?? first;
  const used = Math.max(...group.map(({ lastUsedAt = 0 }) => lastUsedAt));
  return {
    ...base,
    confirmed: first.confirmed,
    ...(type === 'phone'
      ? {
          phone_number: first.phoneNumber,
          preferred_authentication_method: preferred.factor === 'voice' ? 'voice' : 'sms',
        }
      : {}),
    ...given({
      email: first.email,
      // What else is in a name is the number or address, hidden in parts.
      name: first.label ?? (type === 'push-notification' ? first.name : undefined),
      last_auth_at: used === 0 ? undefined : isoTime(used),
    }),
  };
}

function isFirst(type: Method['type']): boolean {
  return type === 'passkey' || type === 'password';
}

function isoTime(ms: number): string;
function isoTime(ms: number | undefined): string | undefined;
function isoTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

function given(members: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
