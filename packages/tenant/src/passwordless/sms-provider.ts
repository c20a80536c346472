/** The provider would not take the message: its own words and number. */
export class SmsProviderError extends Error {
  override readonly name = 'SmsProviderError';
}

/**
 * Numbers that the test credentials of a well-known provider refuse, each in its own way, so that an app's answer to that
 * can be tried. Every other number is delivered to the outbox.
 */
const refusals: Readonly<Record<string, string>> = {
  '+15005550001': "The 'To' number +15005550001 is not a valid phone number. (Code: 21211)",
  '+15005550002': "Permission to send an SMS has not been enabled for the region of the 'To' number. (Code: 21612)",
  '+15005550003': 'Account not allowed to send messages to this country. (Code: 21408)',
  '+15005550004': 'Attempt to send to unsubscribed recipient. (Code: 21610)',
  '+15005550009': "The 'To' number +15005550009 is not a mobile number. (Code: 21614)",
};

export function checkPhoneNumber(phoneNumber: string): void {
  const refusal = refusals[phoneNumber];
  if (refusal !== undefined) throw new SmsProviderError(refusal);
}
