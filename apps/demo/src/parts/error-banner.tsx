import { useAuth0 } from 'postern';
import { useEffect, useState } from 'react';
import { useLocation } from 'react-router';

/** Pages whose forms show their failures themselves, beside the field. */
const showsItsOwn = (path: string) => path.startsWith('/ways-in');

/** What went wrong with the session last, in the tenant's own words, until it is dismissed. */
export function ErrorBanner() {
  const { error } = useAuth0();
  const isShownElsewhere = showsItsOwn(useLocation().pathname);
  const [seen, setSeen] = useState<typeof error>(null);
  useEffect(() => {
    if (isShownElsewhere) setSeen(error);
  }, [isShownElsewhere, error]);
  if (!error || error === seen || isShownElsewhere) return null;
  return (
    <div className="banner danger" role="alert">
      <strong>{error.message}</strong>
      {error.code !== error.message && <code>{error.code}</code>}
      <button type="button" className="button small" onClick={() => setSeen(error)}>
        Dismiss
      </button>
    </div>
  );
}
