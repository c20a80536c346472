import { randomBytes } from 'node:crypto';

/** Where the system keeps secrets: macOS Keychain, Windows Credential Manager, Secret Service on Linux. */
export interface Keychain {
  get(account: string): Promise<string | null>;
  set(account: string, secret: string): Promise<void>;
}

const service = 'postern';

/** Undefined where `@napi-rs/keyring` is not installed or has no binary for this machine. */
export async function loadKeychain(): Promise<Keychain | undefined> {
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    // Linux would fall back to the kernel's keyring, which is empty after a restart.
    const entry = (account: string) => new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
    return {
      get: async (account) => entry(account).getPassword(),
      set: async (account, secret) => entry(account).setPassword(secret),
    };
  } catch {
    return undefined;
  }
}

/**
 * The key that records are encrypted with, from the keychain; made there by whoever is first. Undefined: this machine's
 * keychain cannot be used (none, locked, no desktop session). Callers hold the lock of the folder.
 */
export async function findKey(keychain: Keychain | undefined, account: string): Promise<Buffer | undefined> {
  if (!keychain) return undefined;
  try {
    const known = decode(await keychain.get(account));
    if (known) return known;
    await keychain.set(account, randomBytes(32).toString('base64'));
    // Only what the keychain gives back is worth encrypting with.
    return decode(await keychain.get(account));
  } catch {
    return undefined;
  }
}

function decode(text: string | null): Buffer | undefined {
  const key = Buffer.from(text ?? '', 'base64');
  return key.length === 32 ? key : undefined;
}
