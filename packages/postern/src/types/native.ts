/** How the login page is presented with `useSFSafariViewController` (iOS): the numbers of `UIModalPresentationStyle`. */
export const SafariViewControllerPresentationStyle = {
  automatic: -2,
  none: -1,
  fullScreen: 0,
  pageSheet: 1,
  formSheet: 2,
  currentContext: 3,
  custom: 4,
  overFullScreen: 5,
  overCurrentContext: 6,
  popover: 7,
} as const;
export type SafariViewControllerPresentationStyle =
  (typeof SafariViewControllerPresentationStyle)[keyof typeof SafariViewControllerPresentationStyle];

/** What the person has to show on Android. */
export const LocalAuthenticationLevel = { strong: 0, weak: 1, deviceCredential: 2 } as const;
export type LocalAuthenticationLevel = (typeof LocalAuthenticationLevel)[keyof typeof LocalAuthenticationLevel];

/** What the person has to show on iOS: biometrics alone, or the passcode where biometrics fail. */
export const LocalAuthenticationStrategy = { deviceOwnerWithBiometrics: 1, deviceOwner: 2 } as const;
export type LocalAuthenticationStrategy =
  (typeof LocalAuthenticationStrategy)[keyof typeof LocalAuthenticationStrategy];

/**
 * How often the person is asked before stored credentials are handed out: each time (`default`, `always`), or once for
 * `biometricTimeout` seconds (`session`, `appLifecycle`; the latter is forgotten with the process, too, as both are here).
 */
export const BiometricPolicy = {
  default: 'default',
  always: 'always',
  session: 'session',
  appLifecycle: 'appLifecycle',
} as const;
export type BiometricPolicy = (typeof BiometricPolicy)[keyof typeof BiometricPolicy];

/** The prompt of the system before stored credentials are handed out. React Native only; elsewhere it has no effect. */
export interface LocalAuthenticationOptions {
  /** What the person is told the prompt is for. Not empty. */
  title: string;
  /** Android. */
  subtitle?: string;
  /** Android. */
  description?: string;
  cancelTitle?: string;
  /** iOS. Default `deviceOwnerWithBiometrics`. */
  evaluationPolicy?: LocalAuthenticationStrategy;
  /** iOS: the button that leads to the passcode. */
  fallbackTitle?: string;
  /** Android. Default `strong`. */
  authenticationLevel?: LocalAuthenticationLevel;
  /** Android: PIN, pattern or password will do where biometrics fail. Default false. */
  deviceCredentialFallback?: boolean;
  /** Default `default`. */
  biometricPolicy?: BiometricPolicy;
  /** How long `session` and `appLifecycle` go without asking again, in seconds. Default 3600. */
  biometricTimeout?: number;
}
