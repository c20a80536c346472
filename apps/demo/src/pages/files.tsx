import { type ApiCredentials, useAuth0 } from 'postern';
import { useCallback, useEffect, useState } from 'react';
import { config } from '../config.ts';
import { Countdown } from '../parts/countdown.tsx';
import { Loading } from '../parts/loading.tsx';
import { TokenCard } from '../parts/token-card.tsx';
import { useApi } from '../use-api.ts';

interface FileEntry {
  readonly name: string;
  readonly bytes: number;
}

/** The files API, and the token that opens it: from the refresh token that there is already, without a new login. */
function useFiles() {
  const { getApiCredentials, clearApiCredentials } = useAuth0();
  const api = useApi('files');
  const [files, setFiles] = useState<FileEntry[]>();
  const [opened, setOpened] = useState<{ name: string; text: string }>();
  const [credentials, setCredentials] = useState<ApiCredentials>();
  const [problem, setProblem] = useState<unknown>();

  const attempt = useCallback(async (work: () => Promise<void>) => {
    setProblem(undefined);
    await work().catch(setProblem);
  }, []);
  const load = useCallback(
    () =>
      attempt(async () => {
        setFiles((await api<{ files: FileEntry[] }>('/files')).files);
        setCredentials(await getApiCredentials(config.filesAudience, config.filesScope));
      }),
    [api, attempt, getApiCredentials],
  );
  useEffect(() => {
    void load();
  }, [load]);

  const open = (name: string) =>
    attempt(async () => setOpened(await api<{ name: string; text: string }>(`/files/${encodeURIComponent(name)}`)));
  const forget = () =>
    attempt(async () => {
      await clearApiCredentials(config.filesAudience);
      setCredentials(undefined);
    });
  return { files, opened, credentials, problem, load, open, forget };
}

export function Files() {
  const { files, opened, credentials, problem, load, open, forget } = useFiles();
  return (
    <section>
      <h1>Files</h1>
      <p className="lead">
        Your notes as files, from a second API. The token for the notes does not open it; this one came from the same
        login.
      </p>
      {problem !== undefined && (
        <div className="banner danger" role="alert">
          <strong>{problem instanceof Error ? problem.message : String(problem)}</strong>
          <button type="button" className="button small" onClick={load}>
            Try again
          </button>
        </div>
      )}
      {!files && problem === undefined && <Loading label="Fetching your files" />}
      {files && (
        <ul className="notes">
          {files.map(({ name, bytes }) => (
            <li key={name} className="card file">
              <strong>{name}</strong>
              <span>{bytes} bytes</span>
              <button type="button" className="button small" onClick={() => open(name)} aria-label={`Show ${name}`}>
                Show
              </button>
            </li>
          ))}
        </ul>
      )}
      {opened && (
        <section className="card" aria-label={opened.name}>
          <h2>{opened.name}</h2>
          {opened.text ? <pre>{opened.text}</pre> : <p className="empty">It is empty: there are no notes yet.</p>}
        </section>
      )}
      <TokenCard
        title="Access token for the files"
        purpose={`For ${config.filesAudience} alone, by getApiCredentials().`}
        token={credentials?.accessToken}
      >
        {credentials && <Countdown expiresAt={credentials.expiresAt} />}
        <div className="actions">
          <button type="button" className="button" onClick={load}>
            {credentials ? 'Use it' : 'Get one'}
          </button>
          {credentials && (
            <button type="button" className="button" onClick={forget}>
              Forget it
            </button>
          )}
        </div>
      </TokenCard>
    </section>
  );
}
