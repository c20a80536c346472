import { Auth0Provider, useAuth0 } from 'postern';
import { sharedOptions } from '../../browser/page/bench-page.ts';
import { openReactPage } from './react-page.tsx';

openReactPage({
  Provider: ({ config, children }) => <Auth0Provider {...sharedOptions(config)}>{children}</Auth0Provider>,
  useLibrary: () => {
    const { user, isLoading, authorize, getCredentials } = useAuth0();
    return { email: user?.email, isLoading, login: () => authorize(), read: () => getCredentials() };
  },
});
