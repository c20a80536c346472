import type { FactorName, FactorType } from './factor.ts';

const types: Readonly<Record<FactorName, FactorType>> = {
  otp: 'otp',
  sms: 'phone',
  voice: 'phone',
  email: 'email',
  push: 'push-notification',
  'recovery-code': 'recovery-code',
};

export function factorType(factor: FactorName): FactorType {
  return types[factor];
}

/** The kinds of those factors, each once, the handiest first. */
export function factorTypes(factors: readonly FactorName[]): FactorType[] {
  return [...new Set(factors.toSorted(byHandiness).map(factorType))];
}

const handiness: readonly FactorName[] = ['push', 'otp', 'sms', 'voice', 'email', 'recovery-code'];

/** What people are asked for unless they choose. */
export function byHandiness(one: FactorName, other: FactorName): number {
  return handiness.indexOf(one) - handiness.indexOf(other);
}
