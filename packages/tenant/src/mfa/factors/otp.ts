import { Secret, TOTP } from 'otpauth';
import type { TenantContext } from '../../context.ts';
import { refuse } from '../../errors.ts';
import type { Authenticator, User } from '../../store/store.ts';
import { createAuthenticator } from './authenticator.ts';
import type { Factor, Verified } from './factor.ts';

/** Seconds (RFC 6238). */
const period = 30;
const digits = 6;
/** A clock may be off by one step, either way. */
const window = 1;

/** The six digits of an authenticator app (RFC 6238). */
export const otp: Factor = {
  name: 'otp',
  plan(tenant, user) {
    const secret = createTotpSecret();
    return { authenticators: [createAuthenticator(tenant, user, 'otp', { secret })], secret };
  },
  start: async (_tenant, _party, authenticator) => ({ authenticator }),
  barcodeUri: (tenant, user, { secret = '' }) => otpKeyUri(tenant, user, secret),
};

/** What the QR code of an authenticator app holds. */
export function otpKeyUri(tenant: TenantContext, user: User, secret: string): string {
  return otpauthUri(tenant, user, { secret, algorithm: 'SHA1', digits: `${digits}`, period: `${period}` });
}

/** Looks for the app the code is from. `apps` are the ones that count in this login. */
export function verifyOtp(tenant: TenantContext, user: User, code: string, apps: readonly Authenticator[]): Verified {
  if (apps.length === 0) throw refuse.otpCode(`User ${user.id} has no authenticator app.`);
  for (const app of apps) {
    const step = findStep(tenant, app, code);
    if (step === undefined) continue;
    if (app.lastStep !== undefined && step <= app.lastStep) {
      throw refuse.otpCode(`User ${user.id} gave a code of a time step that was used before; the next one counts.`);
    }
    return {
      authenticator: app,
      amr: ['mfa', 'otp'],
      // RFC 6238 section 5.2: the second use of a code is not accepted, nor is an older one after it.
      spend: (store) => store.authenticators.useStep(app.id, step, tenant.clock.now()),
    };
  }
  throw refuse.otpCode(`User ${user.id} gave a wrong code of an authenticator app, or its clock is off.`);
}

function findStep(tenant: TenantContext, { secret = '' }: Authenticator, code: string): number | undefined {
  const token = code.replaceAll(' ', '');
  if (!/^\d{6}$/.test(token)) return undefined;
  const timestamp = tenant.clock.now();
  const delta = TOTP.validate({ token, secret: Secret.fromBase32(secret), digits, period, timestamp, window });
  return delta === null ? undefined : TOTP.counter({ period, timestamp }) + delta;
}

/** 160 bits, as long as the hash (RFC 4226 section 4). */
export function createTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** The code an app with that secret shows now, or some steps later: what a test types in. */
export function currentTotp(tenant: TenantContext, secret: string, stepsAhead = 0): string {
  const timestamp = tenant.clock.now() + stepsAhead * period * 1000;
  return TOTP.generate({ secret: Secret.fromBase32(secret), digits, period, timestamp });
}

/** When the codes change next. Milliseconds. */
export function nextTotpAt(tenant: TenantContext): number {
  return (totpStep(tenant) + 1) * period * 1000;
}

/** The number of the running 30 seconds. */
export function totpStep(tenant: TenantContext): number {
  return TOTP.counter({ period, timestamp: tenant.clock.now() });
}

/** The key URI format that authenticator apps read from a QR code. */
export function otpauthUri(tenant: TenantContext, user: User, parameters: Readonly<Record<string, string>>): string {
  const issuer = tenant.registry.config.name;
  const account = user.email ?? user.username ?? user.phoneNumber ?? user.id;
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const { secret, ...others } = parameters;
  const all = { ...(secret === undefined ? {} : { secret }), issuer, ...others };
  const query = Object.entries(all).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `otpauth://totp/${label}?${query.join('&')}`;
}
