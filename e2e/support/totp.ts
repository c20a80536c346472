import { Secret, TOTP } from 'otpauth';

const period = 30;

/** What an authenticator app shows now, or `stepsAhead` half minutes later. `secret` is base32. */
export function totpOf(secret: string, stepsAhead = 0): string {
  const totp = new TOTP({ secret: Secret.fromBase32(secret), digits: 6, period });
  return totp.generate({ timestamp: Date.now() + stepsAhead * period * 1000 });
}
