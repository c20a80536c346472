import { useAuth0 } from 'postern';
import { sampleLogin } from '../config.ts';
import { useWaysIn } from './context.ts';
import { FirstStep } from './step.tsx';
import { Field, StepForm } from './step-form.tsx';
import { connection } from './ways.ts';

export function PasswordWay() {
  const { loginWithPasswordRealm } = useAuth0();
  const { remember } = useWaysIn();
  return (
    <FirstStep title="Log in with a password" calls="loginWithPasswordRealm()">
      <StepForm
        submit="Log in"
        work={async (read) => {
          const username = read('email');
          remember(username);
          await loginWithPasswordRealm({ username, password: read('password'), realm: connection });
        }}
      >
        <Field label="E-mail address" name="email" type="email" autoComplete="username" />
        <Field label="Password" name="password" type="password" autoComplete="current-password" isRetried />
      </StepForm>
      {sampleLogin && (
        <p className="hint">
          The tenant knows <code>{sampleLogin[0]}</code> and, with a second factor, <code>mfa@example.com</code>. The
          password of both is <code>{sampleLogin[1]}</code>.
        </p>
      )}
    </FirstStep>
  );
}
