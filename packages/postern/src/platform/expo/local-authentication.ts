import { AuthError } from '../../errors/auth-error.ts';
import {
  BiometricPolicy,
  LocalAuthenticationLevel,
  type LocalAuthenticationOptions,
  LocalAuthenticationStrategy,
} from '../../types/native.ts';
import type { Clock, Platform } from '../platform.ts';
import type { LocalAuthenticationModule, ModuleSource } from './modules.ts';

export interface LocalAuthentication {
  readonly confirm: NonNullable<Platform['gate']>;
  /** They are asked again. */
  forget(): void;
}

const TIMEOUT_SECONDS = 3600;
/** Of `getEnrolledLevelAsync`. */
const levels = { none: 0, secret: 1, weak: 2, strong: 3 } as const;

/** When each client's person last showed who they are: for as long as the process lives, whatever client object asks. */
const confirmedAt = new Map<string, number>();

/** Questions on screen, by client: several calls at once are one. */
const asking = new Map<string, Promise<void>>();

/** Expo's words for why not, in those of react-native-auth0 (its Android codes; all of type `BIOMETRICS_FAILED`). */
const codes: Readonly<Record<string, string>> = {
  not_enrolled: 'BIOMETRIC_ERROR_NONE_ENROLLED',
  not_available: 'BIOMETRIC_ERROR_HW_UNAVAILABLE',
  passcode_not_set: 'BIOMETRIC_ERROR_NO_DEVICE_CREDENTIAL',
  lockout: 'BIOMETRIC_ERROR_LOCKOUT',
  no_space: 'BIOMETRIC_ERROR_NO_SPACE',
  timeout: 'BIOMETRIC_ERROR_TIMEOUT',
  unable_to_process: 'BIOMETRIC_ERROR_UNABLE_TO_PROCESS',
  user_cancel: 'BIOMETRIC_ERROR_USER_CANCELED',
  user_fallback: 'BIOMETRIC_ERROR_NEGATIVE_BUTTON',
  app_cancel: 'BIOMETRIC_ERROR_CANCELED',
  system_cancel: 'BIOMETRIC_ERROR_CANCELED',
  authentication_failed: 'BIOMETRIC_AUTHENTICATION_FAILED',
};

/**
 * The prompt of the system before credentials are handed out. It guards the way to them in this app, not the bytes in the
 * secure store.
 *
 * @param client Tells apart clients of the app; one that is made anew is the same.
 * @throws AuthError `InitializationError` code `BIOMETRICS_CONFIGURATION_ERROR`: no title.
 */
export function createLocalAuthentication(
  modules: ModuleSource,
  clock: Clock,
  client: string,
  options: LocalAuthenticationOptions,
): LocalAuthentication {
  if (!options.title)
    throw new AuthError('InitializationError', 'localAuthenticationOptions need a title.', {
      code: 'BIOMETRICS_CONFIGURATION_ERROR',
    });
  const { biometricPolicy = BiometricPolicy.default, biometricTimeout = TIMEOUT_SECONDS } = options;
  const asksEachTime = biometricPolicy === BiometricPolicy.default || biometricPolicy === BiometricPolicy.always;

  const isFresh = () => {
    const age = clock.now() - (confirmedAt.get(client) ?? Number.NEGATIVE_INFINITY);
    return !asksEachTime && age >= 0 && age < biometricTimeout * 1000;
  };

  return {
    confirm: async (held) => {
      // Looked at again: the answer to another call may have come meanwhile.
      if (isFresh() || !(await held.get()) || isFresh()) return;
      const question = asking.get(client) ?? ask(modules, options).finally(() => asking.delete(client));
      asking.set(client, question);
      await question;
      confirmedAt.set(client, clock.now());
    },
    forget: () => {
      confirmedAt.delete(client);
    },
  };
}

async function ask(modules: ModuleSource, options: LocalAuthenticationOptions): Promise<void> {
  const authentication = modules.need('expo-local-authentication');
  const { OS } = modules.need('react-native').Platform;
  const { title, subtitle, description, cancelTitle, fallbackTitle, authenticationLevel: level } = options;
  const hasFallback =
    OS === 'ios'
      ? options.evaluationPolicy === LocalAuthenticationStrategy.deviceOwner
      : options.deviceCredentialFallback === true || level === LocalAuthenticationLevel.deviceCredential;
  const isWeakEnough = OS === 'ios' || level === LocalAuthenticationLevel.weak;
  const needed = hasFallback ? levels.secret : isWeakEnough ? levels.weak : levels.strong;
  await requireEnrolled(authentication, needed, OS === 'ios');

  const result = await authentication
    .authenticateAsync({
      promptMessage: title,
      ...(subtitle ? { promptSubtitle: subtitle } : {}),
      ...(description ? { promptDescription: description } : {}),
      ...(cancelTitle ? { cancelLabel: cancelTitle } : {}),
      ...(fallbackTitle ? { fallbackLabel: fallbackTitle } : {}),
      disableDeviceFallback: !hasFallback,
      biometricsSecurityLevel: isWeakEnough ? 'weak' : 'strong',
    })
    .catch((cause: Error) => {
      throw failed('BIOMETRICS_FAILED', cause.message, cause);
    });
  if (!result.success)
    throw failed(codes[result.error ?? ''] ?? 'BIOMETRICS_FAILED', result.warning ?? `Not confirmed: ${result.error}.`);
}

async function requireEnrolled(
  authentication: LocalAuthenticationModule,
  needed: number,
  isIos: boolean,
): Promise<void> {
  const enrolled = await authentication.getEnrolledLevelAsync();
  if (enrolled >= needed) return;
  if (needed > levels.secret && !(await authentication.hasHardwareAsync()))
    throw failed('INCOMPATIBLE_DEVICE', 'This device has nothing to recognise a face or finger with.');
  // After too many failures iOS counts nobody as enrolled: its prompt tells the one from the other.
  if (isIos && needed > levels.secret) return;
  throw needed > levels.secret
    ? failed('BIOMETRIC_ERROR_NONE_ENROLLED', 'No face or finger that is good enough is known to this device.')
    : failed('BIOMETRIC_ERROR_NO_DEVICE_CREDENTIAL', 'This device has neither a passcode nor biometrics set up.');
}

const failed = (code: string, message: string, cause?: unknown) =>
  new AuthError('LocalAuthenticationFailed', message, { code, cause });
