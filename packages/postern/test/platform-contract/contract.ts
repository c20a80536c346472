import type { Platform, PresentRequest, StorageOptions } from '../../src/platform/platform.ts';
import { keyCases } from './key-cases.ts';
import { lifeCases } from './life-cases.ts';
import { mutexCases } from './mutex-cases.ts';
import { storageCases } from './storage-cases.ts';
import { userAgentCases } from './user-agent-cases.ts';

/**
 * What every platform has to do, whatever it is made of. The cases know no test runner, so that they run where the platform
 * does: in vitest (`contract.test.ts`) and in a page (`e2e/sdk/platform-contract.test.ts`).
 */
export interface Case {
  readonly port:
    | 'storage'
    | 'transactions'
    | 'mutex'
    | 'channel'
    | 'keys'
    | 'random'
    | 'clock'
    | 'lifecycle'
    | 'userAgent';
  readonly name: string;
  /** The page is left at its end, where a platform lives in one. */
  readonly leaves?: true;
  /** The first act. What it resolves with (JSON) is handed to the second. */
  run(scene: Scene): Promise<unknown>;
  /** The second act, after the app was closed and opened again: nothing in memory has survived. */
  after?(scene: Scene, before: unknown): Promise<void>;
}

export interface Traits {
  /** Locations whose records outlive the app. */
  readonly persistent: readonly StorageOptions['location'][];
  /** Clients hear of each other's changes. */
  readonly hasChannel: boolean;
  /** The app has an address, which it may change. */
  readonly hasUrl: boolean;
  readonly mode: PresentRequest['mode'];
  /** Several logins may be on screen at a time; else the second is refused, by `code`. */
  readonly hasManyLogins: boolean;
}

export interface Scene extends Traits {
  /** No other case's: for namespaces, locks and keys. */
  readonly name: string;
  /** A further client of the same app on the same device: another tab, another process. */
  open(): Platform;
  /** Where the login pages are; see `login-pages.ts`. */
  readonly issuer: string;
  /** Where a login returns to on a platform that finds no place by itself. */
  readonly redirectUri: string;
}

export const cases: readonly Case[] = [...storageCases, ...mutexCases, ...keyCases, ...lifeCases, ...userAgentCases];
