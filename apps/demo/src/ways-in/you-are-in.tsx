import { decodeJwt } from 'jose';
import { type User, useAuth0 } from 'postern';
import { useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { CopyButton } from './copy-button.tsx';
import { Problem } from './problem.tsx';
import { FirstStep } from './step.tsx';
import { useAttempt } from './use-attempt.ts';

/** What an app asks for when it wants a second factor proved now (OpenID Connect Core section 3.1.2.1). */
const multiFactor = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

/** Whether the login was proved twice, by the ID token's `amr`; undefined until it is known. */
function useIsProvedTwice(stamp: unknown): boolean | undefined {
  const { getCredentials } = useAuth0();
  const [isProved, setProved] = useState<boolean>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `stamp` changes when a step may have brought a new token
  useEffect(() => {
    getCredentials().then(
      ({ idToken }) => {
        const { amr } = decodeJwt<{ amr?: string[] }>(idToken);
        setProved(amr?.includes('mfa') === true);
      },
      () => setProved(undefined),
    );
  }, [getCredentials, stamp]);
  return isProved;
}

interface YouAreInProps {
  user: User;
  /** To be kept by the person, shown once. */
  recoveryCode: string | undefined;
}

export function YouAreIn({ user, recoveryCode }: YouAreInProps) {
  const { authorize, getCredentials, clearCredentials, revokeRefreshToken } = useAuth0();
  const { attempt, problem, isBusy } = useAttempt();
  const navigate = useNavigate();
  const [proofs, setProofs] = useState(0);
  const isProvedTwice = useIsProvedTwice(`${user.sub} ${proofs}`);

  const stepUpHere = () =>
    attempt(async () => {
      await getCredentials(undefined, undefined, { acr_values: multiFactor }, true);
      setProofs((count) => count + 1);
    });
  const stepUpThere = () =>
    attempt(() =>
      authorize({
        appState: { returnTo: '/ways-in' },
        additionalParameters: { acr_values: multiFactor, login_hint: user.email },
      }),
    );
  const leave = () =>
    attempt(async () => {
      const { refreshToken } = await getCredentials();
      if (refreshToken) await revokeRefreshToken({ refreshToken });
      await clearCredentials();
      await navigate('/ways-in');
    });

  return (
    <FirstStep title={`You are in, ${user.givenName ?? user.nickname ?? user.name ?? user.sub}`}>
      <p>
        Signed in as <code>{user.sub}</code>.{' '}
        {isProvedTwice !== undefined && (
          <span className={isProvedTwice ? 'badge good' : 'badge'}>
            {isProvedTwice ? 'two factors proved' : 'one factor proved'}
          </span>
        )}
      </p>
      <p>
        The credentials are stored and renewed like those of any other login: see <Link to="/tokens">Tokens</Link>, or
        write a <Link to="/notes">note</Link>.
      </p>
      {recoveryCode !== undefined && (
        <div className="recovery">
          <p>
            <strong>Keep this recovery code.</strong> It lets you in once when your other factors are lost, and is not
            shown again.
          </p>
          <p className="secret">
            <code>{recoveryCode}</code> <CopyButton text={recoveryCode} what="recovery code" />
          </p>
        </div>
      )}
      <Problem error={problem} />
      <h3>Step up</h3>
      <p className="hint">
        For something delicate, an app asks for a second factor with <code>acr_values</code>: of the login page, or with
        a refresh that never leaves the page. Whoever has none sets one up.
      </p>
      <div className="actions" aria-busy={isBusy}>
        <button type="button" className="button" onClick={stepUpHere}>
          {isProvedTwice ? 'Ask again' : 'Ask for a second factor here'}
        </button>
        <button type="button" className="button" onClick={stepUpThere}>
          Ask on the login page
        </button>
      </div>
      <h3>Try another way in</h3>
      <p className="hint">
        Gives the refresh token back (<code>revokeRefreshToken</code>) and forgets the rest (
        <code>clearCredentials</code>).
      </p>
      <div className="actions">
        <button type="button" className="button" onClick={leave}>
          Leave and try another
        </button>
      </div>
    </FirstStep>
  );
}
