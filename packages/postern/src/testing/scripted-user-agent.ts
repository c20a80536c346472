import { AuthError } from '../errors/auth-error.ts';
import { plainFetch } from '../platform/memory/index.ts';
import type { PresentRequest } from '../platform/platform.ts';
import { answerPage, cancelPage, nameOf, ScriptedUserAgentError } from './answer-page.ts';
import type { Answers } from './answers.ts';
import { createBrowser, type ShownPage } from './browser.ts';

/** A person with a browser, who fills in the pages of a login. */
export interface ScriptedUserAgent {
  /** Answers for the pages to come; those not named stay. */
  answer(answers: Answers): void;
  /** Paths of the pages that were shown, in order. */
  readonly pages: readonly string[];
  /** Why the last login could not be finished by the script, or undefined. Apps tend to swallow it. */
  readonly problem: Error | undefined;
  /** Forgets the cookies: nobody is signed in at the tenant in this browser any more. */
  clearCookies(): void;
  /** Goes through a login, to the callback's URL. */
  visit(request: Pick<PresentRequest, 'url' | 'redirectUri' | 'mode'>): Promise<string>;
  /** Opens a logout page, so that the session at the tenant ends in this browser, too. */
  leave(url: string): Promise<void>;
}

export interface ScriptedUserAgentOptions {
  /** Told why a login could not be finished. Default: `console.error`, as apps tend to swallow it. */
  readonly onProblem?: (problem: Error) => void;
  readonly fetch?: typeof globalThis.fetch;
}

const MOST_PAGES = 25;

/**
 * A person who does on the tenant's own pages, over HTTP, what the answers say. A page they have no answer for ends the login
 * with an error that names the page and what to give.
 *
 * @example
 * const person = createScriptedUserAgent({ user: ann, code: tenant.codesFor(ann) });
 * const { auth0 } = createTestClient({ tenant, userAgent: person });
 * await auth0.webAuth.authorize();
 */
export function createScriptedUserAgent(
  given: Answers = {},
  {
    onProblem = (problem) => console.error(`POSTERN: ${problem.message}`),
    fetch: send = plainFetch,
  }: ScriptedUserAgentOptions = {},
): ScriptedUserAgent {
  const browser = createBrowser(send);
  const pages: string[] = [];
  let answers = given;
  let problem: Error | undefined;

  const goThrough = async ({ url, redirectUri, mode }: Parameters<ScriptedUserAgent['visit']>[0]) => {
    const start = new URL(url);
    // A frame's page posts its parameters to the app; here they come by redirect, with the same content.
    if (mode === 'silent') start.searchParams.delete('response_mode');
    let page = await browser.open(start, redirectUri);
    for (let shown = 0; shown < MOST_PAGES; shown++) {
      if (page.callback !== undefined) return page.callback;
      pages.push(page.url.pathname);
      refuseSecondTry(page);
      if (answers.closeAt === nameOf(page))
        throw new AuthError('UserCancelled', 'The person closed the window.', { code: 'a0.session.user_cancelled' });
      const move = answers.cancelAt === nameOf(page) ? cancelPage(page) : await answerPage(page, answers);
      page =
        move.kind === 'send'
          ? await browser.submit(page, move.form, move.fields, redirectUri)
          : await browser.open(new URL(move.href, page.url), redirectUri);
    }
    throw new ScriptedUserAgentError(page, `is the ${MOST_PAGES}th of this login, which seems to go in circles.`);
  };

  return {
    pages,
    get problem() {
      return problem;
    },
    answer(more) {
      answers = { ...answers, ...more };
    },
    clearCookies: () => browser.clearCookies(),
    async visit(request) {
      problem = undefined;
      try {
        return await goThrough(request);
      } catch (error) {
        if (error instanceof ScriptedUserAgentError) {
          problem = error;
          onProblem(error);
        }
        throw error;
      }
    },
    async leave(url) {
      // Where nobody is sent on, the tenant shows a page that says so.
      await browser.open(new URL(url), 'about:blank').catch(() => undefined);
    },
  };
}

/** The answers are what they are: the same page would refuse them again. */
function refuseSecondTry(page: ShownPage): void {
  if (page.alert) throw new ScriptedUserAgentError(page, `refused what was entered: ${page.alert}`);
}
