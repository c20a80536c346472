import type { z } from 'zod';
import type { TenantContext } from '../context.ts';
import { listAuthenticators } from '../mfa/enrolled.ts';
import { currentTotp, totpStep } from '../mfa/factors/otp.ts';
import { answerPush, findPendingPush, type PendingPush } from '../mfa/push-answers.ts';
import { removeAuthenticator } from '../mfa/remove-authenticator.ts';
import type { Authenticator, User } from '../store/store.ts';
import { ControlError } from './control-error.ts';
import { lastCodeSchema, parseInput } from './input.ts';

/** An authenticator without anything that proves it. */
export type ControlAuthenticator = Omit<Authenticator, 'secret' | 'codeHash' | 'lastStep'>;

/** Second factors, for tests. Users are named by id or e-mail address. Every method rejects with ControlError `not_found`. */
export interface MfaControl {
  authenticators(user: string): Promise<ControlAuthenticator[]>;
  /** Deletes one, and what was set up together with it. */
  removeAuthenticator(user: string, id: string): Promise<void>;
  /** Secret of the user's newest authenticator app, base32; one that is still being set up counts. */
  totpSecret(user: string): Promise<string>;
  /**
   * The code to type now. When the running 30 seconds' code was used it is the next one, which is accepted already.
   * @throws ControlError `conflict` when that was used, too: move the clock on
   */
  totpCode(user: string): Promise<string>;
  /** The newest code that was sent to a phone number or e-mail address, whatever for. */
  lastCode(filter: z.input<typeof lastCodeSchema>): Promise<string>;
  /** The push that waits for an answer. */
  pendingPush(user: string): Promise<PendingPush>;
  approvePush(user: string): Promise<void>;
  denyPush(user: string): Promise<void>;
}

export function createMfaControl(tenant: TenantContext): MfaControl {
  const find = async (name: string): Promise<User> => {
    const user = (await tenant.store.users.get(name)) ?? (await tenant.store.users.findByEmail(name))[0];
    if (user) return user;
    throw new ControlError('not_found', `There is no user with the id or e-mail address ${name}.`);
  };

  const findApp = async (name: string): Promise<Authenticator & { secret: string }> => {
    const user = await find(name);
    const apps = (await tenant.store.authenticators.list(user.id)).filter(({ factor }) => factor === 'otp');
    const newest = apps.at(-1);
    if (newest?.secret !== undefined) return { ...newest, secret: newest.secret };
    throw new ControlError('not_found', `User ${user.id} has no authenticator app.`);
  };

  const pendingPush = async (name: string): Promise<PendingPush> => {
    const user = await find(name);
    const pending = await findPendingPush(tenant, user.id);
    if (pending) return pending;
    throw new ControlError('not_found', `No push to user ${user.id} waits for an answer.`);
  };

  const answer = async (name: string, reply: 'approved' | 'denied') => {
    const { id } = await pendingPush(name);
    await answerPush(tenant, id, reply);
  };

  return {
    async authenticators(name) {
      const authenticators = await listAuthenticators(tenant, await find(name));
      return authenticators.map(({ secret: _secret, codeHash: _hash, lastStep: _step, ...shown }) => shown);
    },
    async removeAuthenticator(name, id) {
      if (await removeAuthenticator(tenant, await find(name), id)) return;
      throw new ControlError('not_found', `User ${name} has no authenticator with the id ${id}.`);
    },
    totpSecret: async (name) => (await findApp(name)).secret,
    async totpCode(name) {
      const { secret, lastStep = -1 } = await findApp(name);
      const step = totpStep(tenant);
      if (lastStep < step) return currentTotp(tenant, secret);
      if (lastStep === step) return currentTotp(tenant, secret, 1);
      throw new ControlError(
        'conflict',
        'The codes of this and the next 30 seconds were used, and none works twice; move the clock on by 30 s.',
      );
    },
    async lastCode(filter) {
      const wanted = parseInput(lastCodeSchema, filter);
      const messages = await tenant.outbox.list({
        to: wanted.to,
        ...(wanted.template === undefined ? {} : { template: wanted.template }),
        limit: 1_000,
      });
      const code = messages.findLast((message) => message.code !== undefined)?.code;
      if (code !== undefined) return code;
      throw new ControlError('not_found', `No code was sent to ${wanted.to}.`);
    },
    pendingPush,
    approvePush: (name) => answer(name, 'approved'),
    denyPush: (name) => answer(name, 'denied'),
  };
}
