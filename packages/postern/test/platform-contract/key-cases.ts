import type { Platform } from '../../src/platform/platform.ts';
import { calculateThumbprint, signProof } from '../../src/protocol/dpop.ts';
import { expectEqual, expectThat } from './check.ts';
import type { Case, Scene } from './contract.ts';

/** A client whose session, and so whose key, outlives the app where anything does. */
function openKeeping(scene: Scene): Platform {
  const platform = scene.open();
  platform.storage({ location: scene.persistent[0] ?? 'memory', namespace: scene.name });
  return platform;
}

const toBytes = (text: string) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

/** What a server makes of a proof: whether it is signed by the key that it names, and which key that is. */
async function verify(proof: string) {
  const [header = '', claims = '', signature = ''] = proof.split('.');
  const { alg, jwk } = JSON.parse(new TextDecoder().decode(toBytes(header))) as { alg: string; jwk: JsonWebKey };
  const key = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']);
  const data = new TextEncoder().encode(`${header}.${claims}`);
  const how = { name: 'ECDSA', hash: 'SHA-256' };
  return { alg, jwk, isGood: await crypto.subtle.verify(how, key, toBytes(signature), data) };
}

const sign = (pair: CryptoKeyPair) =>
  signProof(pair, { url: 'https://api.example.com/notes', method: 'GET', issuedAt: 1_700_000_000, id: 'one' });

async function isVerifiable(pair: CryptoKeyPair, what: string): Promise<void> {
  const { alg, jwk, isGood } = await verify(await sign(pair));
  expectEqual([alg, jwk.kty, jwk.crv, isGood], ['ES256', 'EC', 'P-256', true], what);
  expectEqual(Object.keys(jwk).sort(), ['crv', 'kty', 'x', 'y'], `${what}: what is told of the key`);
}

export const keyCases: readonly Case[] = [
  {
    port: 'keys',
    name: 'none at first; one made signs proofs that a server can check (ES256), and is found again',
    run: async (scene) => {
      const { keys } = openKeeping(scene);
      expectEqual(await keys.get(scene.name), undefined, 'at first');
      const made = await keys.create(scene.name);
      await isVerifiable(made, 'the pair that was made');
      const found = await keys.get(scene.name);
      if (!found) throw new Error('The pair is not there.');
      await isVerifiable(found, 'the pair that was found');
      expectEqual(await calculateThumbprint(found), await calculateThumbprint(made), 'its thumbprint');
      await keys.delete(scene.name);
    },
  },
  {
    port: 'keys',
    name: 'S27: script cannot take the private half out',
    run: async (scene) => {
      const { keys } = openKeeping(scene);
      const { privateKey } = await keys.create(scene.name);
      const found = await keys.get(scene.name);
      expectEqual([privateKey.extractable, found?.privateKey.extractable], [false, false], 'extractable');
      expectEqual(Object.values(JSON.parse(JSON.stringify(privateKey)) as object), [], 'what JSON shows of it');
      await keys.delete(scene.name);
    },
  },
  {
    port: 'keys',
    name: 'each name has its own, a new one replaces the old, and a deleted one is gone',
    run: async (scene) => {
      const { keys } = openKeeping(scene);
      const other = `${scene.name}/2`;
      const prints = [];
      for (const name of [scene.name, other, scene.name])
        prints.push(await calculateThumbprint(await keys.create(name)));
      expectEqual(new Set(prints).size, 3, 'different thumbprints');
      const now = await keys.get(scene.name);
      expectEqual(now && (await calculateThumbprint(now)), prints[2], 'the one that counts');
      await keys.delete(scene.name);
      await keys.delete(scene.name);
      expectEqual(await keys.get(scene.name), undefined, 'deleted twice');
      expectThat((await keys.get(other)) !== undefined, 'the other is still there');
      await keys.delete(other);
    },
  },
  {
    port: 'keys',
    name: 'the same key for the next client and after the app was closed, where sessions outlive it',
    run: async (scene) => {
      if (scene.persistent.length === 0) return null;
      const made = await openKeeping(scene).keys.create(scene.name);
      const found = await openKeeping(scene).keys.get(scene.name);
      const print = await calculateThumbprint(made);
      expectEqual(found && (await calculateThumbprint(found)), print, 'for another client');
      return print;
    },
    after: async (scene, before) => {
      if (scene.persistent.length === 0) return;
      const { keys } = openKeeping(scene);
      const found = await keys.get(scene.name);
      if (!found) throw new Error('The key did not survive.');
      expectEqual(await calculateThumbprint(found), before, 'the thumbprint after a restart');
      await isVerifiable(found, 'the pair after a restart');
      await keys.delete(scene.name);
    },
  },
];
