import type { Case } from './case.ts';
import { databaseCases } from './cases/database.ts';
import { mfaCases } from './cases/mfa.ts';
import { passwordlessCases } from './cases/passwordless.ts';

/**
 * Every method that signs in or prepares it without the login page × what it does, each documented refusal, and arguments
 * of the wrong type. The same bodies run in Node and in Chromium, by the class and by the hook.
 */
export const cases: readonly Case[] = [...databaseCases, ...passwordlessCases, ...mfaCases];
