import { createFetch, useAuth0 } from 'postern';
import { createContext, type ReactNode, useMemo } from 'react';
import { config } from './config.ts';

/** A `fetch` for each API, that brings the right token and the proof it is bound to, to this origin alone. */
export interface ApiFetches {
  readonly notes: typeof fetch;
  readonly files: typeof fetch;
}

export const ApiContext = createContext<ApiFetches>({ notes: fetch, files: fetch });

/** One for the whole app: what the APIs ask of proofs (their nonces) is then learned once. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const { getCredentials, getApiCredentials, getDPoPHeaders } = useAuth0();
  const fetches = useMemo(() => {
    const source = { getCredentials, getApiCredentials, getDPoPHeaders };
    const { origin } = window.location;
    return {
      notes: createFetch(source, { apis: [{ origin }] }),
      files: createFetch(source, { apis: [{ origin, audience: config.filesAudience, scope: config.filesScope }] }),
    };
  }, [getCredentials, getApiCredentials, getDPoPHeaders]);
  return <ApiContext value={fetches}>{children}</ApiContext>;
}
