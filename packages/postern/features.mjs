/**
 * What costs an app nothing until it is used: the part that its first use loads, and the files that must not be among those
 * a page loads to start. `npm run size` holds to it, and docs/benchmarks.md tells what each weighs.
 */
export const features = [
  {
    title: 'The app’s own forms: passwords, MFA, codes, device authorization, token exchange',
    example: 'auth.passwordRealm(), mfa.enroll(), passwordless.*',
    part: 'direct-api',
    files:
      /\/(direct-(api|logins|grants)|mfa(-error|-codes)?|passwordless|protocol\/database|device-authorization|token-exchange)\.js$/,
  },
  {
    title: 'Passkeys',
    example: 'getTokenByPasskey()',
    part: 'passkey-api',
    files: /\/(passkey-(api|error|codes)|passkeys|as-passkey-error|webauthn)\.js$/,
  },
  {
    title: 'My Account and users()',
    example: 'myAccount.*, users()',
    part: 'account-api',
    files: /\/(account-api|my-account(-error|-codes)?|users)\.js$/,
  },
  {
    title: 'DPoP proofs for the app’s own requests',
    example: 'getDPoPHeaders()',
    part: 'dpop-headers',
    files: /\/dpop-(headers|error|codes)\.js$/,
  },
];

/**
 * Throws when a feature has come among what a bundle loads at once, or is not to be found where it should be.
 *
 * @param {{ filesAtOnce: readonly string[], parts: readonly { name: string, files: readonly string[] }[] }} bundle
 */
export function checkFeatures(bundle) {
  for (const { title, part, files } of features) {
    const inside = bundle.filesAtOnce.filter((file) => files.test(file));
    if (inside.length > 0)
      throw new Error(`Loaded at once, though only some apps use it (${title}): ${inside.join(', ')}`);
    const found = bundle.parts.find(({ name }) => name === part);
    if (!found?.files.some((file) => files.test(file))) throw new Error(`No part ${part} was found for: ${title}`);
  }
}
