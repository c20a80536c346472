/** Pages of a login, as a test names them. */
export type PageName =
  | 'login'
  | 'signup'
  | 'passwordless'
  | 'mfa'
  | 'consent'
  | 'select-account'
  | 'provider'
  | 'other';

/** A code that a page asks for. */
export interface AskedCode {
  /** Where it comes from: `otp` is an authenticator app; `email` and `sms` also logins without a password. */
  readonly kind: 'otp' | 'sms' | 'voice' | 'email' | 'push' | 'recovery-code';
  /** Path of the page. */
  readonly page: string;
}

/** What a person does on the pages of a login. What no page asks for is not needed. */
export interface Answers {
  /** For the login page. A user of `createTestTenant()` can be given as it is. */
  readonly user?: { readonly email?: string; readonly login?: string; readonly password?: string };
  /** Signs up instead. */
  readonly signUp?: { readonly email: string; readonly password: string; readonly username?: string };
  /** Takes another way than the password: `Google`, as in "Continue with Google", or `an email code`. */
  readonly way?: string;
  /** Who to be at a simulated provider such as Google. */
  readonly provider?: { readonly email: string; readonly name?: string };
  /**
   * Codes, of second factors and of logins without a password. `tenant.codesFor(user)` answers all of them. A push is
   * approved by the function; what it returns is not used.
   */
  readonly code?: string | ((asked: AskedCode) => string | Promise<string>);
  /** Which second factor to take, or to set up, where the page offers several. */
  readonly factor?: AskedCode['kind'];
  /** For setting up a factor by phone, and for logins by text message. */
  readonly phoneNumber?: string;
  readonly consent?: 'allow' | 'deny';
  /** Where somebody is signed in already. Default: `continue`. */
  readonly account?: 'continue' | 'another';
  /** Presses "Cancel" on this page: the app hears `access_denied`. */
  readonly cancelAt?: PageName;
  /** Closes the window on this page: the app hears `USER_CANCELLED`. */
  readonly closeAt?: PageName;
}
