import { describe } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { describeLogins } from './store/logins.ts';
import { describeMessages } from './store/messages.ts';
import { useStore } from './store/stage.ts';
import { describeUsers } from './store/users.ts';
import { describeWholeStore } from './store/whole-store.ts';

/** What every engine must do the same. */
export function describeStore(engine: string, open: () => Promise<Store>): void {
  describe(`store on ${engine}`, () => {
    useStore(engine, open);
    describeUsers();
    describeLogins();
    describeMessages();
    describeWholeStore();
  });
}
