import type { TenantContext } from '../context.ts';
import type { LoginAttempt, Passed } from '../login/gate.ts';
import type { User } from '../store/store.ts';
import { createChanges, createPostLoginApi, type PostLoginChanges } from './post-login-api.ts';
import { createPostLoginEvent, type PostLoginEvent } from './post-login-event.ts';
import { ActionError, explainToClient, runFlow } from './run-flow.ts';

export type RuleVerdict =
  | { readonly kind: 'denied'; readonly reason: string }
  | {
      readonly kind: 'pass';
      readonly passed: Passed;
      /** Set when an Action wants a second factor. */
      readonly multifactor?: { readonly allowRememberBrowser: boolean } | undefined;
    };

/** Runs the tenant's post-login Actions on a login or renewal. Without any it passes as it is. */
export async function runPostLogin(tenant: TenantContext, attempt: LoginAttempt): Promise<RuleVerdict> {
  const { postLogin, cache } = tenant.actions;
  const { client, user } = attempt;
  if (postLogin.length === 0) {
    return { kind: 'pass', passed: { scope: attempt.scope, idTokenClaims: {}, accessTokenClaims: {} } };
  }
  const changes = createChanges();
  const api = createPostLoginApi(changes, cache, () => tenant.clock.now());
  let failure: ActionError | undefined;
  try {
    const event = await createPostLoginEvent(tenant, attempt);
    await runFlow(
      tenant,
      postLogin,
      (run) => run(withMetadata(event, changes), api),
      () => changes.denied !== undefined,
    );
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    failure = error;
  }
  const about = { clientId: client.clientId, userId: user.id };
  if (failure !== undefined) {
    tenant.events.record({
      type: 'action.failed',
      outcome: 'failure',
      sentence: `The Action ${failure.action} ${failure.message.replace(/\.?$/, '.')} The login of user ${user.id} at client ${client.clientId} was refused.`,
      ...about,
      details: { action: failure.action, protocol: attempt.protocol },
    });
    return { kind: 'denied', reason: explainToClient(failure) };
  }
  await storeMetadata(tenant, user, changes);
  if (changes.ignoredClaims.size > 0) {
    tenant.events.record({
      type: 'action.claims_ignored',
      outcome: 'failure',
      sentence: `Actions set claims that only the tenant may set, so they were left as they are: ${[...changes.ignoredClaims].join(', ')}. A namespaced name such as https://my-app.test/roles is free.`,
      ...about,
    });
  }
  if (changes.denied !== undefined) return { kind: 'denied', reason: changes.denied };
  const { idTokenClaims, accessTokenClaims, addedScope, removedScope, multifactor } = changes;
  const kept = attempt.scope.filter((scope) => !removedScope.has(scope));
  return {
    kind: 'pass',
    passed: { scope: [...new Set([...kept, ...addedScope])], idTokenClaims, accessTokenClaims },
    multifactor,
  };
}

/** A later Action sees what an earlier one set. */
function withMetadata(event: PostLoginEvent, changes: PostLoginChanges): PostLoginEvent {
  if (Object.keys(changes.userMetadata).length === 0 && Object.keys(changes.appMetadata).length === 0) return event;
  const user = Object.freeze({
    ...event.user,
    user_metadata: Object.freeze(merge(event.user.user_metadata, changes.userMetadata)),
    app_metadata: Object.freeze(merge(event.user.app_metadata, changes.appMetadata)),
  });
  // Copied by descriptors: what is not supported must stay an error, and is one when it is read.
  const members = { ...Object.getOwnPropertyDescriptors(event), user: { value: user, enumerable: true } };
  return Object.freeze(Object.defineProperties({}, members)) as PostLoginEvent;
}

/** Merged into what is stored by then, so that two logins at once do not undo each other. */
async function storeMetadata(tenant: TenantContext, { id }: User, changes: PostLoginChanges): Promise<void> {
  const { userMetadata, appMetadata } = changes;
  if (Object.keys(userMetadata).length === 0 && Object.keys(appMetadata).length === 0) return;
  await tenant.store.users.changeMetadata(
    id,
    (current) => ({
      userMetadata: merge(current.userMetadata, userMetadata),
      appMetadata: merge(current.appMetadata, appMetadata),
    }),
    tenant.clock.now(),
  );
}

/** `null` removes. */
export function merge(
  metadata: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...metadata, ...changes }).filter(([, value]) => value !== null));
}
