/** The database that direct logins and sign-ups are for. */
export const connection = import.meta.env.VITE_AUTH0_CONNECTION ?? 'Username-Password-Authentication';

/** Below `/ways-in/`. */
export const ways = [
  { path: '', label: 'Password' },
  { path: 'sign-up', label: 'New account' },
  { path: 'forgot', label: 'Forgot password' },
  { path: 'email', label: 'E-mail' },
  { path: 'sms', label: 'Text message' },
  { path: 'native-app', label: 'Native app' },
] as const;
