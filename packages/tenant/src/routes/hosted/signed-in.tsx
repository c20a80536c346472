/** @jsxImportSource hono/jsx */
import { Hono } from 'hono';
import type { TenantContext } from '../../context.ts';
import { ChooseAccountPage } from '../../pages/choose-account-page.tsx';
import { ConsentPage } from '../../pages/consent-page.tsx';
import { renderPage } from '../../pages/render-page.tsx';
import { currentLogin } from '../../sessions/browser-session.ts';
import { csrfToken, finishConsent, selectSession } from '../../sessions/interactions.ts';
import type { User } from '../../store/store.ts';
import { frameOf, withInteraction, withInteractionForm } from './forms.tsx';

/** The two pages for a person who is signed in: which account, and what the app may do. */
export function signedInRoutes(tenant: TenantContext): Hono {
  const app = new Hono();

  app.get('/select-account', (c) =>
    withInteraction(tenant, c, async (interaction) => {
      const login = await currentLogin(tenant, c);
      if (!login) return c.redirect(`/u/login?state=${interaction.id}`, 302);
      return renderPage(
        c,
        <ChooseAccountPage
          frame={frameOf(tenant, interaction)}
          state={interaction.id}
          csrf={await csrfToken(tenant, c, interaction)}
          account={{ name: login.user.profile.name ?? identifierOf(login.user), detail: identifierOf(login.user) }}
        />,
        { formAction: interaction.redirectOrigin },
      );
    }),
  );

  app.post('/select-account', (c) =>
    withInteractionForm(tenant, c, (interaction) => selectSession(tenant, c, interaction)),
  );

  app.get('/consent', (c) =>
    withInteraction(tenant, c, async (interaction) => {
      const login = await currentLogin(tenant, c);
      if (!login) return c.redirect(`/u/login?state=${interaction.id}`, 302);
      const { audience, scope, device } = interaction.params;
      const api = audience === undefined ? undefined : tenant.registry.api(audience);
      return renderPage(
        c,
        <ConsentPage
          frame={frameOf(tenant, interaction)}
          state={interaction.id}
          csrf={await csrfToken(tenant, c, interaction)}
          account={identifierOf(login.user)}
          apiName={api?.name ?? api?.identifier}
          scope={scope}
          deviceCode={device?.userCode}
        />,
        { formAction: interaction.redirectOrigin },
      );
    }),
  );

  app.post('/consent', (c) =>
    withInteractionForm(tenant, c, (interaction) => finishConsent(tenant, c, interaction, interaction.params.scope)),
  );

  return app;
}

function identifierOf(user: User): string {
  return user.email ?? user.username ?? user.phoneNumber ?? user.id;
}
