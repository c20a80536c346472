import {
  type DiscoveryDocument,
  exchangeCodeAsync,
  fetchUserInfoAsync,
  makeRedirectUri,
  refreshAsync,
  revokeAsync,
  TokenResponse,
  useAuthRequest,
  useAutoDiscovery,
} from 'expo-auth-session';
import * as SecureStore from 'expo-secure-store';
import * as WebBrowser from 'expo-web-browser';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { config } from '../../config';

WebBrowser.maybeCompleteAuthSession();

const { clientId } = config;
const redirectUri = makeRedirectUri({ scheme: 'com.example.postern', path: 'callback' });
const storageKey = 'tokens';

async function loadTokens(): Promise<TokenResponse | null> {
  const stored = await SecureStore.getItemAsync(storageKey);
  return stored ? new TokenResponse(JSON.parse(stored)) : null;
}

async function keepTokens(tokens: TokenResponse): Promise<TokenResponse> {
  await SecureStore.setItemAsync(storageKey, JSON.stringify(tokens.getRequestConfig()));
  return tokens;
}

async function renewWhenDue(tokens: TokenResponse, discovery: DiscoveryDocument): Promise<TokenResponse> {
  if (TokenResponse.isTokenFresh(tokens)) return tokens;
  const { refreshToken } = tokens;
  const renewed = await refreshAsync({ clientId, refreshToken }, discovery);
  renewed.refreshToken ??= refreshToken;
  return keepTokens(renewed);
}

interface Auth {
  user: Record<string, string> | null;
  isLoading: boolean;
  error: string | null;
  signIn: () => Promise<void>;
  signOut: () => Promise<void>;
  getToken: () => Promise<string>;
}

const AuthContext = createContext<Auth | null>(null);

export function useAuth(): Auth {
  const auth = useContext(AuthContext);
  if (!auth) throw new Error('There is no AuthProvider.');
  return auth;
}

export function AuthProvider({ children }: { children: ReactNode }) {
  const discovery = useAutoDiscovery(config.domain);
  const scopes = ['openid', 'profile', 'email', 'offline_access', 'read:notes'];
  const extraParams = { audience: config.audience };
  const [request, , promptAsync] = useAuthRequest({ clientId, redirectUri, scopes, extraParams }, discovery);
  const [tokens, setTokens] = useState<TokenResponse | null>(null);
  const [user, setUser] = useState<Auth['user']>(null);
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    if (!discovery) return;
    const restore = async () => {
      const stored = await loadTokens();
      if (!stored) return;
      const live = await renewWhenDue(stored, discovery);
      setTokens(live);
      setUser(await fetchUserInfoAsync(live, discovery));
    };
    restore()
      .catch((reason) => setError(reason.message))
      .finally(() => setLoading(false));
  }, [discovery]);

  async function signIn() {
    const result = await promptAsync();
    if (result.type === 'error') setError(result.error?.description ?? 'The login failed.');
    if (result.type !== 'success' || !request?.codeVerifier || !discovery) return;
    try {
      const { code } = result.params;
      const proof = { code_verifier: request.codeVerifier };
      const received = await exchangeCodeAsync({ clientId, redirectUri, code, extraParams: proof }, discovery);
      setTokens(await keepTokens(received));
      setUser(await fetchUserInfoAsync(received, discovery));
      setError(null);
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : 'The login failed.');
    }
  }

  async function getToken(): Promise<string> {
    if (!tokens || !discovery) throw new Error('Nobody is signed in.');
    const live = await renewWhenDue(tokens, discovery);
    setTokens(live);
    return live.accessToken;
  }

  async function signOut() {
    if (tokens?.refreshToken && discovery)
      await revokeAsync({ clientId, token: tokens.refreshToken }, discovery).catch(() => undefined);
    const parameters = new URLSearchParams({ client_id: clientId, returnTo: redirectUri });
    await WebBrowser.openAuthSessionAsync(`${config.domain}/v2/logout?${parameters}`, redirectUri);
    await SecureStore.deleteItemAsync(storageKey);
    setTokens(null);
    setUser(null);
  }

  return (
    <AuthContext.Provider value={{ user, isLoading, error, signIn, signOut, getToken }}>
      {children}
    </AuthContext.Provider>
  );
}
