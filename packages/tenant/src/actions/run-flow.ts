import type { TenantContext } from '../context.ts';
import type { NamedAction } from './actions.ts';

/** An Action threw, or took too long. The text is for the developer. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  readonly action: string;
  constructor(action: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.action = action;
  }
}

/**
 * Runs Actions one after the other until `isOver`. They share the time limit of the configuration, by the machine's clock; one
 * that never yields cannot be stopped.
 *
 * @throws ActionError
 */
export async function runFlow<Run>(
  tenant: TenantContext,
  actions: readonly NamedAction<Run>[],
  call: (run: Run) => unknown,
  isOver: () => boolean,
): Promise<void> {
  const { timeLimit } = tenant.registry.config.actions;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, timeLimit * 1000, 'late');
  });
  try {
    for (const { name, run } of actions) {
      if (isOver()) return;
      const done = (async () => call(run))();
      // One that is given up may still reject.
      done.catch(() => undefined);
      const outcome = await Promise.race([done, late]).catch((cause: unknown) => {
        const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
        throw new ActionError(name, `threw ${message}`, { cause });
      });
      if (outcome === 'late') throw new ActionError(name, `took longer than the ${timeLimit} s that Actions have`);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** What the person or app is told: that it failed, not why. The reason may hold anything, so it is the developer's only. */
export function explainToClient({ action }: ActionError): string {
  return `The Action ${action} failed; the event log of the tenant says why.`;
}
