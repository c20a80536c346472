import type { RouteObject } from 'react-router';
import { App } from './app.tsx';
import { Files } from './pages/files.tsx';
import { FromApp } from './pages/from-app.tsx';
import { Home } from './pages/home.tsx';
import { NotFound } from './pages/not-found.tsx';
import { Notes } from './pages/notes.tsx';
import { Profile } from './pages/profile.tsx';
import { Tokens } from './pages/tokens.tsx';
import { WaysIn } from './pages/ways-in.tsx';
import { RequireLogin } from './parts/require-login.tsx';
import { EmailWay } from './ways-in/email.tsx';
import { ForgotPasswordWay } from './ways-in/forgot-password.tsx';
import { LinkArrival } from './ways-in/link-arrival.tsx';
import { NativeAppWay } from './ways-in/native-app.tsx';
import { PasswordWay } from './ways-in/password.tsx';
import { SignUpWay } from './ways-in/sign-up.tsx';
import { SmsWay } from './ways-in/sms.tsx';

/** Every page, and which of them are behind the door. */
export const routes: RouteObject[] = [
  {
    element: <App />,
    children: [
      { index: true, element: <Home /> },
      {
        element: <RequireLogin />,
        children: [
          { path: 'notes', handle: { title: 'Notes' }, element: <Notes /> },
          { path: 'profile', handle: { title: 'Profile' }, element: <Profile /> },
          { path: 'tokens', handle: { title: 'Tokens' }, element: <Tokens /> },
          { path: 'files', handle: { title: 'Files' }, element: <Files /> },
        ],
      },
      { path: 'from-app', handle: { title: 'From the app' }, element: <FromApp /> },
      { path: 'ways-in/link', handle: { title: 'The link' }, element: <LinkArrival /> },
      {
        path: 'ways-in',
        handle: { title: 'Ways in' },
        element: <WaysIn />,
        children: [
          { index: true, element: <PasswordWay /> },
          { path: 'sign-up', handle: { title: 'New account' }, element: <SignUpWay /> },
          { path: 'forgot', handle: { title: 'Forgot password' }, element: <ForgotPasswordWay /> },
          { path: 'email', handle: { title: 'Login by e-mail' }, element: <EmailWay /> },
          { path: 'sms', handle: { title: 'Login by text message' }, element: <SmsWay /> },
          { path: 'native-app', handle: { title: 'Native app' }, element: <NativeAppWay /> },
        ],
      },
      { path: '*', handle: { title: 'No such page' }, element: <NotFound /> },
    ],
  },
];
