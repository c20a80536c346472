/**
 * What a finding is about, each with the section of the documentation that says more. The names are stable: scripts and
 * `docs/doctor.md` know them.
 */
export const sections = {
  'no-app': 'doctor.md#what-it-reads',
  'file-broken': 'doctor.md#what-it-reads',
  'app-config-is-code': 'doctor.md#app-config-that-is-code',
  'node-version': 'quick-start.md',
  'postern-missing': 'quick-start.md',
  'package-missing': 'react-native.md#with-expo',
  'package-not-installed': 'doctor.md#the-app',
  'package-version': 'doctor.md#the-app',
  packages: 'doctor.md#the-app',
  'other-package': 'migrate.md',
  'plugin-left-over': 'migrate.md#from-react-native-auth0',
  'placeholder-left-over': 'migrate.md#from-react-native-auth0',
  'url-polyfill-missing': 'react-native.md#without-expo',
  'native-intent-missing': 'react-native.md#expo-router',
  'bundle-identifier-missing': 'react-native.md#with-expo',
  'scheme-missing': 'react-native.md#with-expo',
  'scheme-case': 'react-native.md#with-expo',
  'scheme-unusable': 'react-native.md#with-expo',
  scheme: 'react-native.md#with-expo',
  'settings-missing': 'doctor.md#tenant-and-client',
  'settings-ambiguous': 'doctor.md#tenant-and-client',
  'env-prefix': 'doctor.md#tenant-and-client',
  'secret-exposed': 'security.md',
  'domain-placeholder': 'doctor.md#tenant-and-client',
  'domain-form': 'doctor.md#tenant-and-client',
  'domain-insecure': 'doctor.md#tenant-and-client',
  'domain-of-this-machine': 'doctor.md#tenant-and-client',
  'client-id-placeholder': 'doctor.md#tenant-and-client',
  'tenant-unreachable': 'doctor.md#the-tenant',
  'tenant-trouble': 'doctor.md#the-tenant',
  'tenant-not-there': 'doctor.md#the-tenant',
  'discovery-broken': 'doctor.md#the-tenant',
  'issuer-differs': 'doctor.md#the-tenant',
  'clock-differs': 'doctor.md#the-tenant',
  'not-announced': 'doctor.md#the-tenant',
  'keys-missing': 'doctor.md#the-tenant',
  'dpop-not-announced': 'apis.md',
  'layout-unlike-auth0': 'differences.md',
  tenant: 'doctor.md#the-tenant',
  'client-unknown': 'doctor.md#client-and-addresses',
  'client-confidential': 'doctor.md#client-and-addresses',
  'client-grant': 'doctor.md#client-and-addresses',
  'client-open': 'security.md',
  'audience-unknown': 'apis.md',
  client: 'doctor.md#client-and-addresses',
  'callback-refused': 'doctor.md#client-and-addresses',
  'logout-url-refused': 'doctor.md#client-and-addresses',
  'web-origin-refused': 'doctor.md#client-and-addresses',
  'address-unknown': 'doctor.md#client-and-addresses',
  'addresses-untried': 'doctor.md#client-and-addresses',
  'answer-unclear': 'doctor.md#client-and-addresses',
  callback: 'doctor.md#client-and-addresses',
  'logout-url': 'doctor.md#client-and-addresses',
  'web-origin': 'doctor.md#client-and-addresses',
} as const;

export type FindingCode = keyof typeof sections;

/** `error`: something does not work. `warning`: something may not, or could not be looked at. `fine`: looked at and well. */
export type Level = 'error' | 'warning' | 'fine';

export interface Finding {
  readonly code: FindingCode;
  readonly level: Level;
  /** What is so, in a sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy?: string;
  /** Addresses or text to copy for that. */
  readonly copy?: readonly string[];
}

/** @param copy What the person copies to do it. */
export const wrong = (code: FindingCode, message: string, remedy: string, ...copy: readonly string[]): Finding => ({
  code,
  level: 'error',
  message,
  remedy,
  ...(copy.length > 0 && { copy }),
});

/** @param copy What the person copies to do it. */
export const doubtful = (code: FindingCode, message: string, remedy: string, ...copy: readonly string[]): Finding => ({
  code,
  level: 'warning',
  message,
  remedy,
  ...(copy.length > 0 && { copy }),
});

export const fine = (code: FindingCode, message: string): Finding => ({ code, level: 'fine', message });

/** "a, b and c" */
export function listOf(words: readonly string[], last = 'and'): string {
  const head = words.slice(0, -1);
  return [...(head.length > 0 ? [head.join(', ')] : []), ...words.slice(-1)].join(` ${last} `);
}
