import { type Check, RedirectError } from './request.ts';

export const checkMaxAge: Check = ({ sent }) => {
  if (sent.max_age === undefined) return {};
  if (!/^\d{1,10}$/.test(sent.max_age)) {
    throw new RedirectError('invalid_request', 'max_age must be a whole number of seconds');
  }
  return { maxAge: Number(sent.max_age) };
};
