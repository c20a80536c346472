import { useAuth0 } from 'postern';
import { useWaysIn } from './context.ts';
import { FirstStep } from './step.tsx';
import { Field, StepForm } from './step-form.tsx';
import { connection } from './ways.ts';

/** Signing up signs nobody in: that is a second call, with what was just typed. */
export function SignUpWay() {
  const { createUser, loginWithPasswordRealm } = useAuth0();
  const { remember, lookForMessages } = useWaysIn();
  return (
    <FirstStep title="Create an account" calls="createUser(), loginWithPasswordRealm()">
      <StepForm
        submit="Create account"
        work={async (read) => {
          const [email, password, name] = [read('email'), read('password'), read('name')];
          remember(email);
          await createUser({ email, password, connection, ...(name && { name }) });
          lookForMessages();
          await loginWithPasswordRealm({ username: email, password, realm: connection });
        }}
      >
        <Field label="Name (optional)" name="name" autoComplete="name" required={false} />
        <Field label="E-mail address" name="email" type="email" autoComplete="username" />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          hint="A password that is too weak comes back with each rule it broke."
          isRetried
        />
      </StepForm>
    </FirstStep>
  );
}
