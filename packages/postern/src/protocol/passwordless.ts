import type { PasswordlessEmailParameters, PasswordlessSmsParameters } from '../types/index.ts';
import { apiCall } from './api-call.ts';

const path = '/passwordless/start';

/** Codes and links (wire reference section 9). */
export const passwordless = {
  passwordlessWithEmail: apiCall<PasswordlessEmailParameters>({
    path,
    requires: ['email'],
    body: ({ email, send, authParams }) => ({ connection: 'email', email, send, authParams }),
  }),
  passwordlessWithSMS: apiCall<PasswordlessSmsParameters>({
    path,
    requires: ['phoneNumber'],
    body: ({ phoneNumber, send, authParams }) => ({ connection: 'sms', phone_number: phoneNumber, send, authParams }),
  }),
};
