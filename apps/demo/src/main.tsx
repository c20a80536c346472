import { Auth0Provider } from 'postern';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { ApiProvider } from './api-provider.tsx';
import { config } from './config.ts';
import { returnToOf } from './return-to.ts';
import { routes } from './routes.tsx';
import './styles/base.css';
import './styles/frame.css';
import './styles/pieces.css';
import './styles/pages.css';

const router = createBrowserRouter(routes);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <Auth0Provider
      domain={config.domain}
      clientId={config.clientId}
      audience={config.audience}
      scope={config.scope}
      // One login, one refresh token, for both APIs.
      useMrrt
      // Kept over reloads and offline starts. The default, memory, gives a script that got into the page nothing to find.
      cacheLocation="localstorage"
      onRedirectCallback={(appState) => router.navigate(returnToOf(appState), { replace: true })}
    >
      <ApiProvider>
        <RouterProvider router={router} />
      </ApiProvider>
    </Auth0Provider>
  </StrictMode>,
);
