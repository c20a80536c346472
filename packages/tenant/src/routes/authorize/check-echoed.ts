import type { Check } from './request.ts';

/** What is passed on as it came: `state` and `nonce` come back to the client, the hints go to the pages. */
export const checkEchoed: Check = ({ sent }) => ({
  state: sent.state,
  nonce: sent.nonce,
  loginHint: sent.login_hint,
  screenHint: sent.screen_hint,
  acrValues: sent.acr_values?.split(' ').filter((value) => value !== ''),
});
