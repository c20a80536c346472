/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import type { FactorName } from '../../../mfa/factors/index.ts';
import { maskEmail } from '../../../mfa/mask.ts';
import type { Choice } from '../../../pages/mfa/choices-page.tsx';
import type { WaySymbolName } from '../../../pages/way-symbol.tsx';
import type { Authenticator } from '../../../store/store.ts';

interface FactorText {
  readonly symbol: WaySymbolName;
  /** In a list of ways. */
  readonly name: string;
  /** Heading of the page that asks. */
  readonly title: string;
  readonly label: string;
  readonly resend?: string;
}

export const factorTexts: Readonly<Record<FactorName, FactorText>> = {
  otp: { symbol: 'app', name: 'Authenticator app', title: 'Enter the code of your app', label: 'Six-digit code' },
  sms: {
    symbol: 'message',
    name: 'Text message',
    title: 'Enter the code we texted you',
    label: 'Six-digit code',
    resend: 'Text me a new code',
  },
  voice: {
    symbol: 'call',
    name: 'Phone call',
    title: 'Enter the code from our call',
    label: 'Six-digit code',
    resend: 'Call me again',
  },
  email: {
    symbol: 'mail',
    name: 'Email',
    title: 'Enter the code we mailed you',
    label: 'Six-digit code',
    resend: 'Mail me a new code',
  },
  push: { symbol: 'bell', name: 'Your device', title: 'Approve it on your device', label: '' },
  'recovery-code': {
    symbol: 'paper',
    name: 'Recovery code',
    title: 'Enter your recovery code',
    label: 'Recovery code',
  },
};

/** Where the code is to be found. */
export function leadOf(authenticator: Pick<Authenticator, 'factor' | 'phoneNumber' | 'email'>): Child {
  const { factor } = authenticator;
  const address = <strong>{describeAddress(authenticator)}</strong>;
  if (factor === 'otp') return 'Your authenticator app shows it. It changes every 30 seconds.';
  if (factor === 'sms') return <>We sent it to {address}.</>;
  if (factor === 'voice') return <>We are calling {address} to read it out.</>;
  if (factor === 'email') return <>We sent it to {address}.</>;
  if (factor === 'push') return 'We sent a notification there. Open it, and approve this login.';
  return 'The one you saved when you set up your second factor. It works once; you get a new one.';
}

/** The end of a number and the beginning of an address: enough to know one's own. */
export function describeAddress({
  phoneNumber,
  email,
}: Pick<Authenticator, 'phoneNumber' | 'email'>): string | undefined {
  if (phoneNumber !== undefined) return `the number ending in ${phoneNumber.slice(-4)}`;
  return email === undefined ? undefined : maskEmail(email);
}

/** The authenticator as one of several ways. */
export function choiceOf(authenticator: Authenticator): Choice {
  const { symbol, name } = factorTexts[authenticator.factor];
  const detail =
    authenticator.factor === 'recovery-code' ? 'If you lost everything else' : describeAddress(authenticator);
  return { symbol, name, detail, to: { field: 'authenticator', value: authenticator.id } };
}
