import { useEffect, useState } from 'react';

/** Eight hexadecimal digits of the token's hash: enough to see that it changed, useless for anything else. */
function useFingerprint(token: string | undefined): string | undefined {
  const [fingerprint, setFingerprint] = useState<string>();
  useEffect(() => {
    let isCurrent = true;
    setFingerprint(undefined);
    if (!token) return;
    crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)).then((hash) => {
      const hex = [...new Uint8Array(hash).slice(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      if (isCurrent) setFingerprint(hex);
    });
    return () => {
      isCurrent = false;
    };
  }, [token]);
  return fingerprint;
}

interface TokenCardProps {
  title: string;
  purpose: string;
  token: string | undefined;
  /** Shown instead of a fingerprint when the app is not handed this token. */
  held?: string;
  children?: React.ReactNode;
}

/** What is held of one token. Never the token itself, nor a part of it. */
export function TokenCard({ title, purpose, token, held, children }: TokenCardProps) {
  const fingerprint = useFingerprint(token);
  return (
    <article className="card token">
      <h2>{title}</h2>
      <p>{purpose}</p>
      {token ? (
        <p className="fingerprint">
          <span className="badge good">held</span> fingerprint <code>{fingerprint ?? '········'}</code>
        </p>
      ) : (
        <p className="fingerprint">
          <span className="badge">{held ?? 'not held'}</span>
        </p>
      )}
      {children}
    </article>
  );
}
