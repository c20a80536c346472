import type { TestUser } from '@postern/tenant/testing';

describe('notes', () => {
  beforeEach(() => {
    cy.loginWithPostern({ email: 'ann@example.com', name: 'Ann' });
    cy.clock();
    cy.visit('/notes');
  });

  it('are shown without a login page', () => {
    cy.contains('button', 'Sign in to continue').click();
    cy.contains('No notes yet');
  });

  it('a token is renewed when its time is up, though an answer gets lost', () => {
    cy.posternAdvance(90_000);
    cy.postern('faults.dropNext', '/oauth/token');
    cy.contains('button', 'Use the access token').click();
    cy.contains('Used: the API answered');
  });

  it('a code comes by mail', () => {
    cy.postern<string>('outbox.waitForCode', 'ann@example.com').then((code) => {
      cy.get('input[name=code]').type(code);
    });
    cy.postern<TestUser>('users.create', { name: 'Bob' }).its('email').should('contain', '@');
    cy.loginWithPostern('auth0|bob');
  });

  it('wrong types are told', () => {
    // @ts-expect-error a user to create needs an address
    cy.loginWithPostern({ name: 'Ann' });
    // @ts-expect-error seconds
    cy.posternAdvance('90');
  });
});
