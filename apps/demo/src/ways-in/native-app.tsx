import { useState } from 'react';
import { sampleLogin } from '../config.ts';
import { useHasControls } from '../use-has-controls.ts';
import { FirstStep, Step } from './step.tsx';
import { Field, StepForm } from './step-form.tsx';

async function logInShell(email: string, password: string): Promise<string> {
  const response = await fetch('/api/shell/log-in', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const body = (await response.json()) as { user?: string; message?: string };
  if (!response.ok) throw new Error(body.message ?? `The app answered ${response.status}.`);
  return body.user ?? email;
}

/** A native app, played by the demo's server, which opens this web app signed in. */
export function NativeAppWay() {
  const hasShell = useHasControls();
  const [user, setUser] = useState<string>();
  if (user !== undefined) {
    return (
      <Step title={`The app is signed in as ${user}`} calls="getSSOCredentials(), then authorize()">
        <p>
          It has tokens of its own, which no browser sees. For the web it asks for a session transfer token: good once,
          for a minute, at this address alone.
        </p>
        <form method="post" action="/api/shell/open" target="_blank" rel="noopener">
          <div className="actions">
            <button type="submit" className="button primary">
              Open the web app, signed in
            </button>
            <button type="button" className="button quiet" onClick={() => setUser(undefined)}>
              Sign in as somebody else
            </button>
          </div>
        </form>
      </Step>
    );
  }
  return (
    <FirstStep title="Come from a native app" calls="auth.passwordRealm(), in Node">
      <p>
        Imagine a phone around this form: what you type goes to the demo’s server, which plays a native app. Once it is
        signed in, it opens this web app, and nobody types a password again.
      </p>
      {hasShell ? (
        <StepForm
          submit="Log in to the app"
          work={async (read) => setUser(await logInShell(read('email'), read('password')))}
        >
          <Field
            label="E-mail address"
            name="email"
            type="email"
            autoComplete="username"
            defaultValue={sampleLogin?.[0]}
          />
          <Field label="Password" name="password" type="password" autoComplete="current-password" isRetried />
        </StepForm>
      ) : (
        <p className="empty">The app is there beside a local tenant only.</p>
      )}
    </FirstStep>
  );
}
