import type { Tenant } from '@postern/tenant';

export const password = 'Correct-Horse-42';
export const realm = 'Username-Password-Authentication';

let made = 0;

/** A person of one test's own: what one test did to their attempts and codes does not matter to the next. */
export async function createPerson(
  tenant: Tenant,
  { mfa }: { mfa?: { totpSecret?: string; recoveryCode?: string; phoneNumber?: string } } = {},
): Promise<{ email: string; id: string }> {
  const email = `person-${++made}@example.com`;
  const { id } = await tenant.control.users.create({
    id: `auth0|person-${made}`,
    connection: realm,
    email,
    emailVerified: false,
    password,
    profile: { name: `Person ${made}` },
    ...(mfa ? { mfa } : {}),
  });
  return { email, id };
}

export const enrolled = {
  mfa: {
    totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    recoveryCode: 'PERSONRECOVERYCODE123456',
    phoneNumber: '+15550100',
  },
};

/** The newest code that was sent to somebody. */
export const codeFor = async (tenant: Tenant, to: string): Promise<string> => {
  const { code } = await tenant.control.outbox.lastMessage({ to });
  if (code === undefined) throw new Error(`The newest message to ${to} has no code.`);
  return code;
};
