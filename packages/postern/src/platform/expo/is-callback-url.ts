/** `…/ios/com.example.app/callback` and the same of Android; in Expo Go `exp://…/--/callback`. */
const ownPath = /(^|\/)(ios|android)\/[^/]+\/callback\/?$/i;
const expoGoPath = /^exps?:\/\/[^/]+\/--\/callback\/?$/i;

/**
 * Whether the app is being opened with the callback of a login or logout, which is for the SDK alone: a router that looks for
 * a screen of that name finds none, and shows that it did not. For Expo Router's `+native-intent`, or `getInitialURL` and
 * `subscribe` of React Navigation.
 *
 * @param redirectUrl What you give to `authorize` and `clearSession`, if you give anything.
 * @example
 * // app/+native-intent.tsx
 * export function redirectSystemPath({ path, initial }: { path: string; initial: boolean }) {
 *   if (!isCallbackUrl(path)) return path;
 *   return initial ? '/' : null;
 * }
 */
export function isCallbackUrl(url: string, redirectUrl?: string): boolean {
  const [address = ''] = url.split(/[?#]/);
  if (redirectUrl !== undefined && address.toLowerCase() === redirectUrl.split(/[?#]/)[0]?.toLowerCase()) return true;
  return ownPath.test(address) || expoGoPath.test(address);
}
