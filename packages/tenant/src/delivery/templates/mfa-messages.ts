import { describeDuration } from './account-messages.ts';
import { composeMessage } from './message.tsx';

/** The code of a second factor, for each way it can travel. */

export function mfaCodeMail(tenantName: string, code: string, lifetimeSeconds: number) {
  return composeMessage(tenantName, {
    subject: `${code} is your code`,
    heading: 'Your code',
    paragraphs: [`Enter this code to go on with your log-in. It works once, for ${describeDuration(lifetimeSeconds)}.`],
    code,
    closing: 'If you did not log in, somebody knows your password: change it.',
  });
}

export function mfaCodeText(tenantName: string, code: string): string {
  return `${code} is your code for ${tenantName}.`;
}

/** Read out by a voice: digit by digit, twice. */
export function mfaCodeSpeech(tenantName: string, code: string): string {
  const digits = [...code].join(', ');
  return `Hello. Your code for ${tenantName} is ${digits}. Again: ${digits}.`;
}

export function pushText(tenantName: string, clientName: string): string {
  return `Did you just log in to ${clientName} with ${tenantName}? Approve or deny it.`;
}
