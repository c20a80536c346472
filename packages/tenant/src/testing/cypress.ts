/**
 * Commands for Cypress: import this in `cypress/support/e2e.ts`. See docs/testing.md.
 *
 * @module
 */
import type { StorageState } from '../control/sign-in.ts';
import type { TestUserInput } from './test-users.ts';

/** Whom to sign in: an id or e-mail address, or somebody to create. */
export type PosternLogin = string | (TestUserInput & { readonly email: string });

declare global {
  namespace Cypress {
    interface Chainable<Subject> {
      /**
       * Calls a member of the run's tenant.
       * @example
       * cy.postern('faults.dropNext', '/oauth/token');
       * cy.postern<string>('outbox.waitForCode', 'ann@example.com').then((code) => cy.get('#code').type(code));
       */
      postern<Answer = unknown>(call: string, ...args: unknown[]): Chainable<Answer>;
      /**
       * Signs the browser in at the tenant, without a page: the app's own login then shows none. Who is given as an object is
       * created where nobody has the address. Kept by `cy.session`, and done again where the tenant knows nothing of it any
       * more (`cy.postern('reset')`).
       */
      loginWithPostern(user?: PosternLogin): Chainable<void>;
      /** Puts tenant and page forward together, in seconds; wants `cy.clock()` before the visit. */
      posternAdvance(seconds: number): Chainable<Subject>;
    }
  }
}

/** The globals of a spec, as far as they are needed. */
interface Globals {
  readonly Cypress: { readonly Commands: { add(name: string, command: (...args: never[]) => unknown): void } };
  readonly cy: {
    task<T>(name: string, argument: unknown): { then(next: (value: T) => unknown): unknown };
    session(id: unknown, setup: () => void, options: { validate: () => unknown }): unknown;
    getAllCookies(): { then(next: (cookies: StorageState['cookies']) => unknown): unknown };
    setCookie(name: string, value: string, options: object): unknown;
    tick(ms: number): unknown;
  };
}

const { Cypress, cy } = globalThis as unknown as Globals;

const call = <T>(name: string, ...args: readonly unknown[]) => cy.task<T>('postern:call', { call: name, with: args });

const sameSites = { Lax: 'lax', None: 'no_restriction', Strict: 'strict' } as const;

function setCookies({ cookies }: StorageState): void {
  for (const { name, value, domain, path, httpOnly, secure, sameSite } of cookies)
    cy.setCookie(name, value, { domain, path, httpOnly, secure, sameSite: sameSites[sameSite] });
}

Cypress.Commands.add('postern', (name: string, ...args: unknown[]) => call(name, ...args));

Cypress.Commands.add('loginWithPostern', (user: PosternLogin = { email: 'person@example.com' }) => {
  const setup = () => {
    cy.task<StorageState>('postern:signedIn', user).then(setCookies);
  };
  // Cypress sets up again where this yields false.
  const validate = () => cy.getAllCookies().then((cookies) => cy.task<boolean>('postern:isSignedIn', { cookies }));
  cy.session(['postern', user], setup, { validate });
});

Cypress.Commands.add('posternAdvance', (seconds: number) => {
  call('clock.advance', seconds).then(() => cy.tick(seconds * 1000));
});
