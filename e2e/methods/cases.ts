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

/**
 * Every method that signs in or prepares it without the login page × what it does, each documented refusal, and arguments
 * of the wrong type; and every method for bound tokens, other APIs and exchanges, with keys and without. The same bodies run in Node and in Chromium, by the class and by the hook.
 */
export const cases: readonly Case[] = [
  ...passwordCases,
  ...signUpCases,
  ...exchangeCases,
  ...passwordlessCases,
  ...databaseCodeCases,
  ...mfaCases,
  ...proofCases,
  ...tokenExchangeCases,
  ...passkeyCases,
  ...myAccountCases,
  ...apiCases,
  ...sessionTransferCases,
  ...usersCases,
];
