import type { TenantContext } from '../context.ts';
import { deletePasskey } from '../my-account/change.ts';
import type { Passkey, User } from '../store/store.ts';
import { ControlError } from './control-error.ts';

/** Passkeys, for tests. Users are named by id or e-mail address. Every method rejects with ControlError `not_found`. */
export interface PasskeyControl {
  /** Oldest first. */
  list(user: string): Promise<Passkey[]>;
  remove(user: string, id: string): Promise<void>;
}

export function createPasskeyControl(tenant: TenantContext): PasskeyControl {
  const find = async (name: string): Promise<User> => {
    const user = (await tenant.store.users.get(name)) ?? (await tenant.store.users.findByEmail(name))[0];
    if (user) return user;
    throw new ControlError('not_found', `There is no user with the id or e-mail address ${name}.`);
  };
  return {
    list: async (name) => tenant.store.passkeys.list((await find(name)).id),
    async remove(name, id) {
      if (await deletePasskey(tenant, await find(name), id)) return;
      throw new ControlError('not_found', `User ${name} has no passkey with the id ${id}.`);
    },
  };
}
