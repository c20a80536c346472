import { type MfaRequiredErrorPayload, useAuth0 } from 'postern';
import { useMemo, useState } from 'react';
import { NavLink, Outlet, useLocation } from 'react-router';
import { WaysInContext } from '../ways-in/context.ts';
import { InboxDrawer } from '../ways-in/inbox-drawer.tsx';
import { SecondFactor } from '../ways-in/mfa/second-factor.tsx';
import { useInbox } from '../ways-in/use-inbox.ts';
import { ways } from '../ways-in/ways.ts';
import { YouAreIn } from '../ways-in/you-are-in.tsx';
import '../ways-in/ways-in.css';

/** True until somebody came in, left, took another way or owes a second factor. */
function useIsArrival(isUnderWay: boolean): boolean {
  const { user } = useAuth0();
  const { key } = useLocation();
  const now = `${key} ${user?.sub}`;
  const [first] = useState(now);
  const [isArrival, setArrival] = useState(true);
  if (isArrival && (isUnderWay || now !== first)) setArrival(false);
  return isArrival;
}

/** Every way in that needs no hosted page: the app's own forms, straight to the SDK. */
export function WaysIn() {
  const { user } = useAuth0();
  const [required, setRequired] = useState<MfaRequiredErrorPayload>();
  const [recoveryCode, setRecoveryCode] = useState<string>();
  if (!user && recoveryCode !== undefined) setRecoveryCode(undefined);
  const isArrival = useIsArrival(required !== undefined);
  const inbox = useInbox(user?.email ?? user?.sub);
  const { remember, look } = inbox;
  const context = useMemo(
    () => ({ remember, lookForMessages: look, isArrival, askSecondFactor: setRequired }),
    [remember, look, isArrival],
  );
  return (
    <WaysInContext value={context}>
      <div className="ways-in">
        <h1>Ways in</h1>
        <p className="lead">
          Every login that needs no hosted page: forms of this app’s own, and one hook. Which one you take makes no
          difference afterwards.
        </p>
        {!user && !required && (
          <nav className="ways" aria-label="Ways in">
            {ways.map(({ path, label }) => (
              <NavLink key={path} to={path ? `/ways-in/${path}` : '/ways-in'} end>
                {label}
              </NavLink>
            ))}
          </nav>
        )}
        <div className="ways-columns">
          {required ? (
            <SecondFactor
              required={required}
              onDone={(newRecoveryCode) => {
                setRecoveryCode(newRecoveryCode);
                setRequired(undefined);
              }}
              onCancel={() => setRequired(undefined)}
            />
          ) : user ? (
            <YouAreIn key={user.sub} user={user} recoveryCode={recoveryCode} />
          ) : (
            <Outlet />
          )}
          <InboxDrawer inbox={inbox} />
        </div>
      </div>
    </WaysInContext>
  );
}
