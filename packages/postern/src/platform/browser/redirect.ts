import type { PresentRequest, PresentResult } from '../platform.ts';

/** The whole page goes to the login page; the login ends after the reload, by `resume`. */
export async function presentByRedirect(request: PresentRequest): Promise<PresentResult> {
  window.location.assign(request.url);
  return { kind: 'left' };
}
