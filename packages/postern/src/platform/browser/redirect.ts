import type { PresentRequest, PresentResult } from '../platform.ts';

/** The whole page goes to the login page; the login ends after the reload, by `resume`. */
export async function presentByRedirect(request: PresentRequest): Promise<PresentResult> {
  window.location.assign(request.url);
  return { kind: 'left' };
}

/** How long a page may take to leave, in milliseconds. */
const LEAVING_MS = 10_000;

/** The whole page goes to the tenant's logout address. The promise resolves if the page stays, or is come back to. */
export function leaveByLogout(url: string): Promise<void> {
  window.location.assign(url);
  return new Promise((resolve) => {
    setTimeout(resolve, LEAVING_MS);
    window.addEventListener('pageshow', () => resolve(), { once: true });
  });
}
