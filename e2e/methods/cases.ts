import type { Case } from './case.ts';
import { apiCases } from './cases/api.ts';
import { databaseCodeCases } from './cases/database-codes.ts';
import { exchangeCases } from './cases/exchange.ts';
import { mfaCases } from './cases/mfa.ts';
import { proofCases } from './cases/mfa-proofs.ts';
import { myAccountCases } from './cases/my-account.ts';
import { passkeyCases } from './cases/passkeys.ts';
import { passwordCases } from './cases/password.ts';
import { passwordlessCases } from './cases/passwordless.ts';
import { sessionTransferCases } from './cases/session-transfer.ts';
import { signUpCases } from './cases/sign-up.ts';
import { tokenExchangeCases } from './cases/token-exchange.ts';
import { usersCases } from './cases/users.ts';

/** By the file in `cases/`. */
export const casesByFile: Readonly<Record<string, readonly Case[]>> = {
  'password.ts': passwordCases,
  'sign-up.ts': signUpCases,
  'exchange.ts': exchangeCases,
  'passwordless.ts': passwordlessCases,
  'database-codes.ts': databaseCodeCases,
  'mfa.ts': mfaCases,
  'mfa-proofs.ts': proofCases,
  'token-exchange.ts': tokenExchangeCases,
  'passkeys.ts': passkeyCases,
  'my-account.ts': myAccountCases,
  'api.ts': apiCases,
  'session-transfer.ts': sessionTransferCases,
  'users.ts': usersCases,
};

/**
 * Every method that signs in or prepares it without the login page × what it does, each documented refusal, and arguments
 * of the wrong type; and every method for bound tokens, other APIs and exchanges, with keys and without. The same bodies run in Node and in Chromium, by the class and by the hook.
 */
export const cases: readonly Case[] = Object.values(casesByFile).flat();
