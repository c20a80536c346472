import { type Credentials, useAuth0 } from 'postern';
import { useEffect, useState } from 'react';
import { config } from '../config';
import { describeError } from './describe-error';

/** What the tokens screen shows and can do: the credentials held, and what came of the last press. */
export function useTokenDesk() {
  const { getCredentials, getApiCredentials, getDPoPHeaders } = useAuth0();
  const [credentials, setCredentials] = useState<Credentials>();
  const [outcome, setOutcome] = useState<{ readonly text: string; readonly isGood: boolean }>();
  const [isBusy, setBusy] = useState(false);

  useEffect(() => {
    getCredentials().then(setCredentials, () => setCredentials(undefined));
  }, [getCredentials]);

  const attempt = async (work: () => Promise<string>) => {
    setBusy(true);
    try {
      setOutcome({ text: await work(), isGood: true });
    } catch (error) {
      setOutcome({ text: describeError(error) ?? '', isGood: false });
    }
    setBusy(false);
  };

  const renew = () =>
    attempt(async () => {
      setCredentials(await getCredentials(undefined, undefined, undefined, true));
      return 'Renewed: a new access token, and a new refresh token in place of the spent one.';
    });

  const openFiles = () =>
    attempt(async () => {
      const token = await getApiCredentials(config.filesAudience, config.filesScope);
      return `A ${token.tokenType} token for the files API, good for ${timeUntil(token.expiresAt)} and allowed to ${token.scope}.`;
    });

  const makeHeaders = () =>
    attempt(async () => {
      const { accessToken, tokenType } = await getCredentials();
      const headers = await getDPoPHeaders({ url: `${config.audience}/notes`, method: 'GET', accessToken, tokenType });
      return `Headers for one request to the notes API: ${Object.keys(headers).sort().join(' and ')}.`;
    });

  return { credentials, outcome, isBusy, renew, openFiles, makeHeaders };
}

export function timeUntil(expiresAt: number) {
  const minutes = Math.round((expiresAt * 1000 - Date.now()) / 60_000);
  if (minutes < 1) return 'less than a minute';
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} hours`;
}
