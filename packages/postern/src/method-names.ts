/** Methods of My Account by name, as one text: shorter than a list, and these are in every app. */
export const accountMethods =
  'passkeyEnrollmentChallenge enrollPasskey enrollPhone enrollEmail enrollTOTP enrollPushNotification enrollRecoveryCode confirmPhoneEnrollment confirmEmailEnrollment confirmTOTPEnrollment confirmPushNotificationEnrollment confirmRecoveryCodeEnrollment getAuthenticationMethods getAuthenticationMethodById updateAuthenticationMethodById deleteAuthenticationMethodById getFactors';

/** An object with a member for every name in the text. */
export const byName = <T>(names: string, make: (name: string) => T): Record<string, T> =>
  Object.fromEntries(names.split(' ').map((name) => [name, make(name)]));
