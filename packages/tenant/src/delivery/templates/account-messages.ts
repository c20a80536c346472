import { composeMessage } from './message.tsx';

/** The mails about an account. Each gives subject, text and HTML for `outbox.send`. */

export function passwordResetMessage(tenantName: string, url: string, lifetimeSeconds: number) {
  return composeMessage(tenantName, {
    subject: 'Choose a new password',
    heading: 'Choose a new password',
    paragraphs: [
      'Someone, hopefully you, asked for a new password for the account with this address.',
      `The link works once, for ${describeDuration(lifetimeSeconds)}.`,
    ],
    action: { label: 'Choose a new password', url },
    closing: 'If it was not you, do nothing: your password stays as it is.',
  });
}

export function verifyEmailMessage(tenantName: string, url: string) {
  return composeMessage(tenantName, {
    subject: 'Confirm your email address',
    heading: 'Confirm your email address',
    paragraphs: ['Welcome! Please confirm that this address is yours.'],
    action: { label: 'Confirm my address', url },
    closing: 'If you did not create an account, do nothing.',
  });
}

export function blockedAccountMessage(tenantName: string, url: string) {
  return composeMessage(tenantName, {
    subject: 'We blocked log-ins to your account',
    heading: 'Too many wrong passwords',
    paragraphs: [
      'Someone entered a wrong password for your account many times in a row, so log-ins from there are blocked.',
      'If it was you, unblock the account with the link and try again, or choose a new password.',
    ],
    action: { label: 'Unblock my account', url },
    closing: 'If it was not you, leave the block as it is: you can still log in from elsewhere.',
  });
}

export function leakedPasswordMessage(tenantName: string, url: string, lifetimeSeconds: number) {
  return composeMessage(tenantName, {
    subject: 'Your password is known from a data breach',
    heading: 'Please choose a new password',
    paragraphs: [
      'Somebody just logged in with your password. It is right, but it is in a list of passwords that were disclosed elsewhere, so we did not let the log-in through.',
      `Choose a new password with the link; it works once, for ${describeDuration(lifetimeSeconds)}.`,
    ],
    action: { label: 'Choose a new password', url },
    closing: 'If you use the same password anywhere else, change it there, too.',
  });
}

/** `432000` -> "5 days": the largest unit that divides it. */
export function describeDuration(seconds: number): string {
  for (const [unit, size] of [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const)
    if (seconds % size === 0) return `${seconds / size} ${unit}${seconds === size ? '' : 's'}`;
  return `${seconds} seconds`;
}
