import type { PostLoginApi } from './post-login-api.ts';
import type { PostLoginEvent } from './post-login-event.ts';
import type { PreUserRegistrationApi, PreUserRegistrationEvent } from './pre-user-registration.ts';

/** Runs after somebody proved who they are, and at each renewal, before tokens are made. */
export type PostLoginAction = (event: PostLoginEvent, api: PostLoginApi) => unknown;

/** Runs before a database or passwordless connection creates a user. */
export type PreUserRegistrationAction = (event: PreUserRegistrationEvent, api: PreUserRegistrationApi) => unknown;

/** What one Action file exports. */
export interface ActionModule {
  readonly onExecutePostLogin?: PostLoginAction | undefined;
  readonly onExecutePreUserRegistration?: PreUserRegistrationAction | undefined;
}

/** An Action with the name that errors and events call it by. */
export interface NamedAction<Run> {
  readonly name: string;
  readonly run: Run;
}

/** The tenant's own rules, in the order they run. */
export interface Actions {
  readonly postLogin: readonly NamedAction<PostLoginAction>[];
  readonly preUserRegistration: readonly NamedAction<PreUserRegistrationAction>[];
  /** What `api.cache` keeps: for as long as the process runs. */
  readonly cache: Map<string, { readonly value: string; readonly expiresAt: number }>;
}

export function collectActions(modules: readonly (ActionModule & { readonly name: string })[]): Actions {
  return {
    postLogin: modules.flatMap(({ name, onExecutePostLogin: run }) => (run === undefined ? [] : [{ name, run }])),
    preUserRegistration: modules.flatMap(({ name, onExecutePreUserRegistration: run }) =>
      run === undefined ? [] : [{ name, run }],
    ),
    cache: new Map(),
  };
}
