import type { TenantContext } from '../context.ts';
import { removeAuthenticator } from '../mfa/remove-authenticator.ts';
import type { User } from '../store/store.ts';
import type { Account } from './account.ts';
import type { MethodChanges } from './enrollment-body.ts';
import { findMethod, type Method } from './methods.ts';
import { badMember, notFound, Problem } from './problem.ts';

/** Changes what a method is called, or which way of a phone comes first. Rejects with 404, 400 or 409. */
export async function changeMethod(
  tenant: TenantContext,
  { user, clientId }: Account,
  id: string,
  { name, preferred_authentication_method: preferred }: MethodChanges,
): Promise<Method> {
  const { passkeys, authenticators } = tenant.store;
  const method = await findStored(tenant, user, id, 'changed');
  if (preferred !== undefined) {
    if (method.type !== 'phone') throw badMember('preferred_authentication_method', 'is for phones');
    if (method.group?.some(({ factor }) => factor === preferred) !== true) {
      throw badMember('preferred_authentication_method', `the factor ${preferred} is not enabled`);
    }
  }
  if (method.passkey !== undefined && name !== undefined) await passkeys.rename(method.passkey.id, name);
  if (method.group !== undefined) {
    await authenticators.update(method.group[0].groupId, {
      ...(name === undefined ? {} : { label: name }),
      ...(preferred === undefined ? {} : { preferred }),
    });
  }
  tenant.events.record({
    type: 'account.method_changed',
    outcome: 'success',
    sentence: `User ${user.id} changed the authentication method ${method.type}.`,
    clientId,
    userId: user.id,
  });
  return (await findMethod(tenant, user, id)) ?? method;
}

/** Deletes a method, and what was set up together with it. Rejects with 404, or 409 for what goes only with the account. */
export async function deleteMethod(tenant: TenantContext, { user, clientId }: Account, id: string): Promise<void> {
  const method = await findStored(tenant, user, id, 'deleted');
  if (method.group !== undefined) {
    if (!(await removeAuthenticator(tenant, user, method.group[0].id, clientId))) throw notFound();
    return;
  }
  if (method.passkey !== undefined) await deletePasskey(tenant, user, method.passkey.id, clientId);
}

/** False when the user has none of that id. */
export async function deletePasskey(
  tenant: TenantContext,
  user: User,
  id: string,
  clientId?: string,
): Promise<boolean> {
  const isTheirs = (await tenant.store.passkeys.list(user.id)).some((passkey) => passkey.id === id);
  if (!isTheirs || !(await tenant.store.passkeys.delete(id))) return false;
  tenant.events.record({
    type: 'passkey.deleted',
    outcome: 'success',
    sentence: `A passkey of user ${user.id} was deleted.`,
    clientId,
    userId: user.id,
  });
  return true;
}

/** A password, and an address that counts because it is verified, are no methods of their own. */
async function findStored(tenant: TenantContext, user: User, id: string, verb: 'changed' | 'deleted'): Promise<Method> {
  const method = await findMethod(tenant, user, id);
  if (method === undefined) throw notFound();
  const [first] = method.group ?? [];
  const isStored = first === undefined || (await tenant.store.authenticators.get(first.id)) !== undefined;
  if (method.type !== 'password' && isStored) return method;
  throw new Problem(409, `The authentication method cannot be ${verb}.`, {
    explanation: `The ${method.type} of user ${user.id} belongs to the account itself, and cannot be ${verb} here.`,
  });
}
