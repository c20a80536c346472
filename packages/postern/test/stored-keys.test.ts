import { describe, expect, it } from 'vitest';
import { AuthError } from '../src/errors/auth-error.ts';
import { createMapStorage } from '../src/platform/map-storage.ts';
import { createStoredKeys } from '../src/platform/stored-keys.ts';

describe('keys kept with the tokens', () => {
  const failing = (code: string) => {
    const storage = createMapStorage();
    let fails = true;
    const keys = createStoredKeys(async () => ({
      ...storage,
      get: async (key) => {
        if (fails) throw new AuthError('Failed', 'It could not be read.', { code });
        return storage.get(key);
      },
      set: async (key, value) => {
        fails = false;
        await storage.set(key, value);
      },
    }));
    return keys;
  };

  it('known failure 1d-34: a key whose record was unreadable and is gone is none, and the next login makes another', async () => {
    const keys = failing('CRYPTO_EXCEPTION');
    expect(await keys.get('client')).toBeUndefined();
    const made = await keys.create('client');
    expect(await keys.get('client')).toMatchObject({ publicKey: { algorithm: made.publicKey.algorithm } });
  });

  it('a key is not given up because its store cannot be reached just now', async () => {
    await expect(failing('DEVICE_LOCKED').get('client')).rejects.toMatchObject({ code: 'DEVICE_LOCKED' });
  });
});
