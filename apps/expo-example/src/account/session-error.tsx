import { useAuth0 } from 'postern';
import { ErrorBanner } from '../ui/error-banner';
import { describeError } from './describe-error';

/** Why the last call or the start failed, if it did. */
export function SessionError() {
  const { error } = useAuth0();
  const message = error ? describeError(error) : undefined;
  return message ? <ErrorBanner message={message} /> : null;
}
