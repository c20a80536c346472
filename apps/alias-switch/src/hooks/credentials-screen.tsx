import {
  type ApiCredentials,
  type Credentials,
  CredentialsManagerError,
  CredentialsManagerErrorCodes,
  TokenType,
  useAuth0,
} from 'react-native-auth0';
import { files } from '../config';
import { Actions, describeError, useResult } from '../result';

/** The credentials manager by the hook, with its errors. */
export function CredentialsScreen() {
  const {
    user,
    getCredentials,
    hasValidCredentials,
    clearCredentials,
    saveCredentials,
    getApiCredentials,
    clearApiCredentials,
    revokeRefreshToken,
    getDPoPHeaders,
  } = useAuth0();
  const { result, run } = useResult();

  const explain = (error: unknown) => {
    if (!(error instanceof CredentialsManagerError)) return describeError(error);
    switch (error.type) {
      case CredentialsManagerErrorCodes.NO_CREDENTIALS:
        return 'Log in first.';
      case CredentialsManagerErrorCodes.NO_REFRESH_TOKEN:
      case CredentialsManagerErrorCodes.RENEW_FAILED:
        return 'Log in again.';
      case CredentialsManagerErrorCodes.BIOMETRICS_FAILED:
        return 'Locked.';
      default:
        return describeError(error);
    }
  };

  return (
    <Actions
      result={result}
      entries={{
        'Get credentials': () =>
          run(async () => {
            const credentials: Credentials = await getCredentials('openid', 30);
            return `token of type ${credentials.tokenType} until ${credentials.expiresAt}`;
          }, explain),
        'Force a refresh': () =>
          run(async () => {
            const before = await getCredentials();
            const after = await getCredentials(undefined, 0, {}, true);
            return before.accessToken === after.accessToken ? 'same token' : 'new token';
          }, explain),
        'Has valid credentials': () => run(async () => ((await hasValidCredentials(0)) ? 'valid' : 'invalid'), explain),
        'Get API credentials': () =>
          run(async () => {
            const api: ApiCredentials = await getApiCredentials(files, 'read:files');
            await clearApiCredentials(files);
            return `API token for ${api.scope}`;
          }, explain),
        'Save them again': () => run(async () => saveCredentials(await getCredentials()), explain),
        'Make DPoP headers': () =>
          run(async () => {
            const { accessToken, tokenType } = await getCredentials();
            if (tokenType !== TokenType.dpop) return 'a bearer token';
            const headers = await getDPoPHeaders({
              url: 'https://api.example.com/',
              method: 'GET',
              accessToken,
              tokenType,
            });
            return Object.keys(headers).sort().join(' ');
          }, explain),
        'Revoke it': () =>
          run(async () => {
            const { refreshToken } = await getCredentials();
            if (refreshToken) await revokeRefreshToken({ refreshToken });
            await clearCredentials();
            return `revoked for ${user?.sub}`;
          }, explain),
      }}
    />
  );
}
