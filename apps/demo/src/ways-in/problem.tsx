import { isAuthError, type PasswordRule, passwordRulesOf } from 'postern';

function Rules({ rules }: { rules: readonly PasswordRule[] }) {
  return (
    <ul className="rules">
      {rules.map(({ code, message, verified, items }) => (
        <li key={code} className={verified ? 'met' : 'unmet'}>
          <span aria-hidden="true">{verified ? '✓' : '✗'}</span>{' '}
          <span className="visually-hidden">{verified ? 'met:' : 'not met:'}</span> {message}
          {items && <Rules rules={items} />}
        </li>
      ))}
    </ul>
  );
}

/** What went wrong, announced at once: the tenant's words, the code an app branches on, and a password's rules. */
export function Problem({ error }: { error: unknown }) {
  if (error === undefined) return null;
  const rules = passwordRulesOf(error);
  return (
    <div className="banner danger" role="alert">
      <strong>{error instanceof Error ? error.message : String(error)}</strong>
      {isAuthError(error) && <code>{error.type ?? error.code}</code>}
      {rules.length > 0 && <Rules rules={rules} />}
    </div>
  );
}
