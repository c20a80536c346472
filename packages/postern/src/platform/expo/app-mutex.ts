import { createInProcessMutex } from '../mutex.ts';
import { systemClock } from '../system-clock.ts';

/** One for the whole app, however many clients it makes: all of them share the secure store. */
export const appMutex = createInProcessMutex(systemClock);
