import type { TenantConfig } from '../config/schema.ts';

/**
 * Codes that are the same every time, for people of the configuration and for tests. Whoever knows the address then knows the
 * code: that is their purpose, and why only the configuration and the control API can set one.
 */
export interface FixedCodes {
  /** The code for an e-mail address or phone number, if it has a fixed one. */
  find(address: string): string | undefined;
  set(address: string, code: string): void;
  /** Back to random codes, or to the configuration's. */
  remove(address: string): void;
  /** Back to the configuration. */
  clear(): void;
}

export function createFixedCodes(users: TenantConfig['users']): FixedCodes {
  const configured = new Map(
    users.flatMap(({ email, phoneNumber, mfa, fixedCode }) =>
      fixedCode === undefined
        ? []
        : [email, phoneNumber, mfa?.phoneNumber].flatMap((address) =>
            address === undefined ? [] : [[toKey(address), fixedCode] as const],
          ),
    ),
  );
  const added = new Map<string, string>();
  return {
    find: (address) => added.get(toKey(address)) ?? configured.get(toKey(address)),
    set(address, code) {
      added.set(toKey(address), code);
    },
    remove(address) {
      added.delete(toKey(address));
    },
    clear() {
      added.clear();
    },
  };
}

function toKey(address: string): string {
  return address.trim().toLowerCase();
}
