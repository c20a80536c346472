import { randomInt } from 'node:crypto';
import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { Artifact } from '../store/store.ts';
import { createSecret, hashSecret } from '../tokens/secret.ts';

/** Seconds between two polls, and what each `slow_down` adds to it (RFC 8628 section 3.5). */
export const pollingInterval = 5;

/** What the person said, for the device's next poll. */
export type DeviceDecision =
  | {
      readonly kind: 'allowed';
      readonly userId: string;
      readonly scope: readonly string[];
      /** Milliseconds. */
      readonly authTime: number;
      readonly amr: readonly string[];
      readonly rememberedBrowser?: boolean | undefined;
      readonly idTokenClaims: Readonly<Record<string, unknown>>;
      readonly accessTokenClaims: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'denied'; readonly description: string };

/** A login that was asked for on one device and is allowed on another. */
export interface DeviceData extends Record<string, unknown> {
  readonly clientId: string;
  readonly scope: readonly string[];
  readonly audience?: string | undefined;
  /** Milliseconds. The record outlives it, so that the device is told once that it came too late. */
  readonly expiresAt: number;
  /** Seconds. */
  readonly interval: number;
  /** Milliseconds. */
  readonly polledAt?: number | undefined;
  readonly decision?: DeviceDecision | undefined;
}

export type DeviceCode = Artifact<DeviceData>;

/** A device that waits for a person, found by the code they typed. */
export interface WaitingDevice {
  readonly hash: string;
  readonly userCode: string;
  readonly data: DeviceData;
}

const deviceKind = 'device_code';
const userKind = 'user_code';
/** Milliseconds that the record of an expired code is kept. */
const grace = 86_400_000;

/** No vowels, so no words; nothing that looks like a digit (RFC 8628 section 6.1). */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';
const userCodeLength = 8;

export async function createDeviceCode(
  tenant: TenantContext,
  client: ClientConfig,
  asked: Pick<DeviceData, 'scope' | 'audience'>,
): Promise<{ deviceCode: string; userCode: string }> {
  const deviceCode = createSecret();
  const now = tenant.clock.now();
  const expiresAt = now + tenant.registry.config.lifetimes.deviceCode * 1000;
  const data: DeviceData = { ...asked, clientId: client.clientId, expiresAt, interval: pollingInterval };
  const { artifacts } = tenant.store;
  await artifacts.insert({
    kind: deviceKind,
    hash: hashSecret(deviceCode),
    data,
    createdAt: now,
    expiresAt: expiresAt + grace,
  });
  for (;;) {
    const userCode = Array.from({ length: userCodeLength }, () => letters[randomInt(letters.length)]).join('');
    const isNew = await artifacts.insert({
      kind: userKind,
      hash: hashSecret(userCode),
      data: { device: hashSecret(deviceCode) },
      createdAt: now,
      expiresAt,
    });
    if (isNew) return { deviceCode, userCode: showUserCode(userCode) };
  }
}

export function findDeviceCode(tenant: TenantContext, deviceCode: string): Promise<DeviceCode | undefined> {
  return tenant.store.artifacts.get<DeviceData>(deviceKind, hashSecret(deviceCode));
}

export async function notePoll(tenant: TenantContext, { hash }: DeviceCode, interval: number): Promise<void> {
  await tenant.store.artifacts.patch(deviceKind, hash, { polledAt: tenant.clock.now(), interval });
}

/** Whatever comes of it, a code answers once; true for exactly one caller. */
export async function spendDeviceCode(
  store: TenantContext['store'],
  { hash }: DeviceCode,
  now: number,
): Promise<boolean> {
  return (await store.artifacts.consume(deviceKind, hash, now)) !== undefined;
}

/** As people type it: any case, with whatever separates the groups. */
export function readUserCode(typed: string): string {
  return typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}

/** The device a code belongs to, while nobody has decided about it. */
export async function findWaitingDevice(tenant: TenantContext, typed: string): Promise<WaitingDevice | undefined> {
  const userCode = readUserCode(typed);
  const found = await tenant.store.artifacts.get<{ device: string }>(userKind, hashSecret(userCode));
  if (found === undefined || found.consumedAt !== undefined || found.expiresAt <= tenant.clock.now()) return undefined;
  const device = await tenant.store.artifacts.get<DeviceData>(deviceKind, found.data.device);
  return device && { hash: device.hash, userCode: showUserCode(userCode), data: device.data };
}

/** The person's word. The first counts; false when somebody decided before, or the code is expired. */
export async function decideDevice(
  tenant: TenantContext,
  { hash, userCode }: Pick<WaitingDevice, 'hash' | 'userCode'>,
  decision: DeviceDecision,
): Promise<boolean> {
  const { artifacts } = tenant.store;
  const taken = await artifacts.consume(userKind, hashSecret(readUserCode(userCode)), tenant.clock.now());
  if (taken === undefined) return false;
  await artifacts.patch(deviceKind, hash, { decision });
  return true;
}

function showUserCode(code: string): string {
  return `${code.slice(0, userCodeLength / 2)}-${code.slice(userCodeLength / 2)}`;
}
