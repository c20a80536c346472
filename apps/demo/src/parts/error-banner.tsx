import { useAuth0 } from 'postern';

/** What went wrong with the session last, in the tenant's own words. */
export function ErrorBanner() {
  const { error } = useAuth0();
  if (!error) return null;
  return (
    <div className="banner danger" role="alert">
      <strong>{error.message}</strong>
      {error.code !== error.message && <code>{error.code}</code>}
    </div>
  );
}
