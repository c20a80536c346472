import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Auth0 } from '../../src/auth0.ts';
import { createNodePlatform } from '../../src/platform/node/index.ts';
import { findKey, type Keychain, loadKeychain } from '../../src/platform/node/keychain.ts';
import { withLockFile } from '../../src/platform/node/lock-file.ts';
import { RecordFiles } from '../../src/platform/node/record-files.ts';
import { MutexTimeoutError } from '../../src/platform/platform.ts';
import { rejection } from '../support/rejection.ts';

it('S19: a client asks what is stored at each use, since no other process tells it of a login, a renewal or a sign-out', async () => {
  const open = () =>
    new Auth0({
      domain: 'tenant.example.com',
      clientId: 'abc',
      useDPoP: false,
      cacheLocation: 'localstorage',
      platform: createNodePlatform({ directory, keychain: 'off' }),
    }).credentialsManager;
  const [command, daemon] = [open(), open()];
  for (const accessToken of ['first', 'second']) {
    await command.saveCredentials({ accessToken, tokenType: 'Bearer', idToken: '', expiresAt: 4e9 });
    expect(await daemon.getCredentials()).toMatchObject({ accessToken });
  }
  await command.clearCredentials();
  expect(await daemon.hasValidCredentials()).toBe(false);
  expect(await rejection(daemon.getCredentials())).toMatchObject({ type: 'NO_CREDENTIALS' });
});

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postern-storage-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function createKeychain(): Keychain & { readonly secrets: Map<string, string>; works: boolean } {
  const secrets = new Map<string, string>();
  const keychain = {
    secrets,
    works: true,
    get: async (account: string) => {
      if (!keychain.works) throw new Error('locked');
      return secrets.get(account) ?? null;
    },
    set: async (account: string, secret: string) => {
      if (!keychain.works) throw new Error('locked');
      secrets.set(account, secret);
    },
  };
  return keychain;
}

const open = (keychain: 'off' | Keychain = 'off', namespace = 'postern/example.com/abc') =>
  new RecordFiles({ directory, keychain }).open(namespace);

async function files(below = directory): Promise<string[]> {
  const entries = await readdir(below, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe.each([
  ['files', () => 'off' as const],
  ['files with a key in the keychain', createKeychain],
])('records in %s', (_, makeKeychain) => {
  it('are there for the next process, each namespace for itself', async () => {
    const keychain = makeKeychain();
    const one = open(keychain);
    await one.set('session', 'a');
    await one.set('credentials.x/y', 'secret ☃');
    const later = open(keychain);
    expect([await later.get('session'), await later.get('credentials.x/y')]).toEqual(['a', 'secret ☃']);
    expect((await later.keys()).sort()).toEqual(['credentials.x/y', 'session']);
    expect(await open(keychain, 'postern/example.com/abc/work').get('session')).toBeUndefined();
    expect(await open(keychain, 'postern/example.com/other').keys()).toEqual([]);
    await later.delete('session');
    await later.delete('session');
    expect(await one.get('session')).toBeUndefined();
  });

  it('can be read by their owner only, whatever the folder was before', async () => {
    const keychain = makeKeychain();
    await open(keychain).set('session', 'first');
    const [before = ''] = await files(join(directory, 'sessions'));
    await chmod(join(before, '..'), 0o777);
    await open(keychain).set('session', 'a');
    const [file = ''] = await files(join(directory, 'sessions'));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(file, '..'))).mode & 0o777).toBe(0o700);
  });

  it('are replaced whole: a reader never sees a part, and nothing is left lying', async () => {
    const storage = open(makeKeychain());
    const values = ['a', 'b'].map((letter) => letter.repeat(100_000));
    await storage.set('session', values[0] ?? '');
    let isWriting = true;
    const writing = (async () => {
      for (let round = 0; round < 20; round++) await storage.set('session', values[round % 2] ?? '');
      isWriting = false;
    })();
    while (isWriting) expect(values).toContain(await storage.get('session'));
    await writing;
    expect(await files(join(directory, 'sessions'))).toHaveLength(1);
  });

  it('left half-written by a process that was killed are none, and are tidied away', async () => {
    const storage = open(makeKeychain());
    await storage.set('session', 'a');
    const [file = ''] = await files(join(directory, 'sessions'));
    const [old, fresh] = [`${file}.1.tmp`, `${file}.2.tmp`];
    for (const draft of [old, fresh]) await writeFile(draft, 'raw1.half');
    await utimes(old, 0, 0);
    expect(await storage.keys()).toEqual(['session']);
    expect((await files(join(directory, 'sessions'))).sort()).toEqual([file, fresh]);
  });

  it('that were damaged are none', async () => {
    const keychain = makeKeychain();
    const storage = open(keychain);
    await storage.set('session', 'a');
    const [file = ''] = await files(join(directory, 'sessions'));
    for (const damage of ['', 'nonsense', 'enc1.AAAA', (await readFile(file, 'utf8')).slice(0, 4)]) {
      await writeFile(file, damage);
      if (damage !== 'enc1.AAAA' || keychain !== 'off') expect(await open(keychain).get('session')).toBeUndefined();
    }
  });
});

describe('the keychain', () => {
  it('holds one key, and the files say nothing without it', async () => {
    const keychain = createKeychain();
    const records = new RecordFiles({ directory, keychain });
    await records.open('n').set('session', 'the secret');
    expect(await records.protection()).toBe('keychain');
    expect([...keychain.secrets.keys()]).toEqual([directory]);
    for (const file of await files()) expect(await readFile(file, 'utf8')).not.toContain('the secret');
    // A record put in another's place is not taken for it.
    const [file = ''] = await files(join(directory, 'sessions'));
    await writeFile(join(file, '..', 'other'), await readFile(file));
    expect(await open(keychain, 'n').get('other')).toBeUndefined();
  });

  it('that is locked loses no session, and stops no new one', async () => {
    const keychain = createKeychain();
    await open(keychain).set('session', 'before');
    keychain.works = false;
    const locked = open(keychain);
    expect((await rejection(locked.get('session'))).message).toContain('Unlock it');
    await locked.set('other', 'without it');
    expect(await locked.get('other')).toBe('without it');
    keychain.works = true;
    // An app that runs for days, and whose person does as it says.
    expect(await locked.get('session')).toBe('before');
    expect(await open(keychain).get('session')).toBe('before');
    expect(await open(keychain).get('other')).toBe('without it');
  });

  it('that could not be asked is asked again later', async () => {
    const records = open(createKeychain());
    const inTheWay = join(directory, 'locks');
    await writeFile(inTheWay, '');
    expect(await rejection(records.set('session', 'a'))).toMatchObject({ code: 'EEXIST' });
    await rm(inTheWay);
    await records.set('session', 'a');
    expect(await records.get('session')).toBe('a');
  });

  it('that forgets what it is given is not relied upon', async () => {
    expect(await findKey({ get: async () => null, set: async () => undefined }, 'a')).toBeUndefined();
    expect(await findKey({ get: async () => 'too short', set: async () => undefined }, 'a')).toBeUndefined();
    expect(await findKey(undefined, 'a')).toBeUndefined();
  });

  it('of this machine works or does not, and either way the platform goes on', async () => {
    const { protection } = await createNodePlatform({ directory }).describeStorage();
    const usable = (await findKey(await loadKeychain(), directory)) !== undefined;
    expect(protection).toBe(usable ? 'keychain' : 'file');
  });
});

describe('keys', () => {
  it('outlive the process, and cannot be taken out of it by script', async () => {
    const shared = () => {
      const platform = createNodePlatform({ directory, keychain: 'off' });
      platform.storage({ location: 'localstorage', namespace: 'n' });
      return platform.keys;
    };
    const made = await shared().create('n');
    const found = await shared().get('n');
    expect(found && (await crypto.subtle.exportKey('jwk', found.publicKey))).toEqual(
      await crypto.subtle.exportKey('jwk', made.publicKey),
    );
    expect([made.privateKey.extractable, found?.privateKey.extractable]).toEqual([false, false]);
    await shared().delete('n');
    expect(await shared().get('n')).toBeUndefined();
    await open('off', 'n').set('key', '{"not":"a key"}');
    expect(await shared().get('n')).toBeUndefined();
  });
});

describe('the lock file', () => {
  const path = () => join(directory, 'locks', 'one');
  const owned = async (owner: object | string) => {
    await mkdir(join(directory, 'locks'), { recursive: true });
    await writeFile(path(), typeof owner === 'string' ? owner : JSON.stringify(owner));
  };
  /** A process that is certainly no more. */
  const dead = { pid: 2 ** 22 + 1, host: hostname(), token: 'dead' };

  it('lets one in at a time, and is gone afterwards', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
    };
    await Promise.all(Array.from({ length: 10 }, () => withLockFile(path(), 10_000, work)));
    expect(most).toBe(1);
    expect(await files()).toEqual([]);
    expect(await rejection(withLockFile(path(), 1000, () => Promise.reject(new Error('mine'))))).toMatchObject({
      message: 'mine',
    });
    expect(await files()).toEqual([]);
  });

  it('of a dead owner goes to exactly one of those who wait', async () => {
    for (let round = 0; round < 5; round++) {
      await owned(dead);
      let inside = 0;
      let most = 0;
      const work = async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 2));
        inside--;
      };
      await Promise.all(Array.from({ length: 8 }, () => withLockFile(path(), 10_000, work)));
      expect(most).toBe(1);
    }
  });

  it('of a live owner is waited for no longer than allowed', async () => {
    await owned({ pid: process.pid, host: hostname(), token: 'alive' });
    const refused = await rejection(withLockFile(path(), 100, async () => undefined));
    expect(refused).toBeInstanceOf(MutexTimeoutError);
    expect(JSON.parse(await readFile(path(), 'utf8')).token).toBe('alive');
  });

  it('of another machine is not judged by process numbers here', async () => {
    await owned({ ...dead, host: 'another-machine' });
    expect(await rejection(withLockFile(path(), 100, async () => undefined))).toBeInstanceOf(MutexTimeoutError);
  });

  it('of an owner that is silent for long is taken, and what was taken is not given back by its first owner', async () => {
    await owned({ pid: process.pid, host: hostname(), token: 'silent' });
    await utimes(path(), 0, 0);
    const taken = await withLockFile(path(), 30_000, async () => 'taken');
    expect(taken).toBe('taken');
    await withLockFile(path(), 1000, () => owned({ pid: process.pid, host: hostname(), token: 'thief' }));
    expect(JSON.parse(await readFile(path(), 'utf8')).token).toBe('thief');
  }, 40_000);

  it('that can be neither made nor read is waited for no longer than allowed', async () => {
    await mkdir(join(directory, 'locks'));
    await symlink(join(directory, 'nowhere'), path());
    expect(await rejection(withLockFile(path(), 100, async () => undefined))).toBeInstanceOf(MutexTimeoutError);
  });

  it.each(['null', '5', '"text"', '[]', '{}', '{"pid":"x"}', '{"pid":-1}'])(
    'with nonsense in it is nobody’s, until it has been silent for long: %s',
    async (nonsense) => {
      await owned(nonsense);
      expect(await rejection(withLockFile(path(), 60, async () => undefined))).toBeInstanceOf(MutexTimeoutError);
    },
  );

  it('says why where no file can be made', async () => {
    if (process.getuid?.() === 0) return;
    await chmod(directory, 0o500);
    expect(await rejection(withLockFile(path(), 100, async () => undefined))).toMatchObject({ code: 'EACCES' });
    await chmod(directory, 0o700);
  });
});
