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

/** The kinds of those factors, each once. */
export function factorTypes(factors: readonly FactorName[]): FactorType[] {
  return [...new Set(factors.map(factorType))];
}
