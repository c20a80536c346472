import { Fragment } from 'react';
import { openReactPage } from './react-page.tsx';

/** What React alone takes. */
openReactPage({
  Provider: ({ children }) => <Fragment>{children}</Fragment>,
  useLibrary: () => ({
    email: undefined,
    isLoading: false,
    login: () => Promise.resolve(),
    read: () => Promise.resolve(),
  }),
});
