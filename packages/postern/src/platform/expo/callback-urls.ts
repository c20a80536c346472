import { AuthError } from '../../errors/auth-error.ts';
import type { ModuleSource } from './modules.ts';
import { warnOnce } from './warn-once.ts';

export interface CallbackOptions {
  /** Scheme of the callback URL; `https` for a universal link or app link. */
  readonly customScheme?: unknown;
  /** The bundle identifier alone as the scheme, as react-native-auth0 had it before version 3. */
  readonly useLegacyCallbackUrl?: unknown;
}

/**
 * Where a login or logout returns to when the app names no place, byte for byte as react-native-auth0 has it:
 * `{scheme}://{domain}/{ios|android}/{bundle identifier}/callback`. Expo Go, which has the schemes of no app, gets the
 * address of the project it shows.
 *
 * @throws AuthError `NO_BUNDLE_IDENTIFIER`.
 */
export function callbackUrl(
  modules: ModuleSource,
  domain: string,
  { customScheme, useLegacyCallbackUrl }: CallbackOptions,
  given: string | undefined,
): string {
  if (isExpoGo(modules)) return modules.need('expo-linking').createURL('callback');
  const { OS } = modules.need('react-native').Platform;
  const bundle = (given ?? findBundleIdentifier(modules, OS))?.toLowerCase();
  if (!bundle)
    throw new AuthError(
      'NoBundleIdentifier',
      'The bundle identifier is not known: run "npx expo install expo-application", or give it as bundleIdentifier.',
      { code: 'NO_BUNDLE_IDENTIFIER' },
    );
  const own = useLegacyCallbackUrl ? bundle : `${bundle}.auth0`;
  return `${typeof customScheme === 'string' && customScheme ? customScheme : own}://${domain}/${OS}/${bundle}/callback`;
}

/** The one the system knows the app by; or else the one in the app's configuration. */
function findBundleIdentifier(modules: ModuleSource, os: string): string | undefined {
  const known = modules.find('expo-application')?.applicationId;
  if (known) return known;
  const config = modules.find('expo-constants')?.default?.expoConfig;
  return os === 'ios' ? config?.ios?.bundleIdentifier : config?.android?.package;
}

export const isExpoGo = (modules: ModuleSource): boolean => modules.find('expo')?.isRunningInExpoGo?.() ?? false;

/** RFC 8252 section 7.1: any app may register a scheme; one after a domain name of the app's own is rarely taken by another. */
export function warnOfScheme(redirectUri: string): void {
  const [scheme = ''] = redirectUri.split(':');
  if (scheme !== 'https' && scheme !== 'exp' && scheme !== 'exps' && !scheme.includes('.'))
    warnOnce(
      `The scheme "${scheme}" of the callback has no dot: another app may have registered it too, and would get the callback. Use one after a domain of yours (com.example.app), or https.`,
    );
}
