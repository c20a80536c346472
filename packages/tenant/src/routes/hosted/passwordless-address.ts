import { isEmailAddress } from '../../users/signup.ts';

/** What a person typed, as an address that codes can go to; undefined when it is none. */
export function readAddress(kind: 'email' | 'phone', text: string): string | undefined {
  if (kind === 'email') return isEmailAddress(text.trim()) ? text.trim() : undefined;
  const number = text.replaceAll(/[\s().-]/g, '');
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : undefined;
}

export function badAddressText(kind: 'email' | 'phone'): string {
  return kind === 'email'
    ? 'Enter an email address, like name@example.com.'
    : 'Enter the number with its country code, like +1 555 010 8730.';
}
