import { AuthError } from '../errors/auth-error.ts';
import type { KeyBinding } from '../http/key-binding.ts';
import type { Tenant } from '../http/tenant.ts';
import type { Configuration } from '../options.ts';
import type { Platform, PresentRequest } from '../platform/platform.ts';
import type { AuthorizeRequest, Transaction } from '../protocol/authorize.ts';
import { callbackState, withoutCallback } from '../protocol/callback.ts';
import { grants } from '../protocol/grants.ts';
import type { NativeAuthorizeOptions, WebAuthorizeParameters } from '../types/index.ts';
import type { StoredSession } from './credential-store.ts';
import type { Transactions } from './transactions.ts';

/** A finished login, not yet stored. */
export interface FinishedLogin extends StoredSession {
  readonly appState: unknown;
}

const POPUP_MS = 300_000;

/**
 * Logins by the authorization page. Whatever way the callback comes back (a reload, a popup, a new process), it is
 * finished by `resume`.
 */
export class Logins {
  readonly #configuration: Configuration;
  readonly #platform: Platform;
  readonly #tenant: Tenant;
  readonly #transactions: Transactions;
  readonly #binding: KeyBinding;
  readonly #resuming = new Map<string, Promise<FinishedLogin>>();
  readonly #away = new Set<(error: AuthError) => void>();

  constructor(
    configuration: Configuration,
    platform: Platform,
    tenant: Tenant,
    transactions: Transactions,
    binding: KeyBinding,
  ) {
    this.#configuration = configuration;
    this.#platform = platform;
    this.#tenant = tenant;
    this.#transactions = transactions;
    this.#binding = binding;
  }

  get canBeSilent(): boolean {
    return this.#platform.userAgent.modes.includes('silent');
  }

  /** Whether a silent login may stand in for a refresh token that is not there. */
  get mayBeSilent(): boolean {
    const { useRefreshTokens, useRefreshTokensFallback } = this.#configuration;
    return this.canBeSilent && (!useRefreshTokens || useRefreshTokensFallback);
  }

  /** Shows the login page. Pending for ever when the page itself leaves, unless it comes back (`cameBack`). */
  begin(parameters: WebAuthorizeParameters = {}, options: NativeAuthorizeOptions = {}): Promise<FinishedLogin> {
    const { modes, patienceMs = POPUP_MS } = this.#platform.userAgent;
    const { mode = modes[0] ?? 'redirect', timeoutMs = patienceMs } = options;
    return this.#run({ parameters, leeway: options.leeway, mode }, timeoutMs, { ...options });
  }

  /** Asks without showing anything. */
  silent(parameters: WebAuthorizeParameters): Promise<FinishedLogin> {
    const extra = { prompt: 'none', response_mode: 'web_message' };
    return this.#run({ parameters, mode: 'silent', extra }, this.#configuration.timeoutMs);
  }

  async #run(
    request: Omit<AuthorizeRequest, 'now' | 'redirectUri'>,
    timeoutMs: number,
    options?: PresentRequest['options'],
  ): Promise<FinishedLogin> {
    const { userAgent, clock, random } = this.#platform;
    // Before the first `await`: a popup may only be opened in the very click.
    const prepared = userAgent.prepare(request.mode);
    this.#tenant.prepare();
    let state: string | undefined;
    try {
      const { redirectUrl } = request.parameters;
      const redirectUri = prepared.redirectUri
        ? await prepared.redirectUri(redirectUrl)
        : (redirectUrl ?? userAgent.defaultRedirectUri({ domain: this.#configuration.domain, options }));
      if (!redirectUri)
        throw new AuthError('InvalidConfiguration', 'Give a redirectUrl: this platform has no default.', {
          code: 'a0.invalid_configuration',
        });
      const server = await this.#tenant.server();
      const jkt = this.#binding.isFor(server) ? await this.#binding.ensureThumbprint() : undefined;
      const { beginLogin } = await this.#tenant.loginPart();
      const { url, transaction } = await beginLogin(
        { ...request, redirectUri, jkt, now: clock.now() },
        server,
        this.#configuration,
        random,
      );
      state = transaction.state;
      await this.#transactions.put(transaction);
      if (request.mode !== 'redirect') this.#tenant.prefetchKeys(server);
      const result = await prepared.present({
        url,
        redirectUri,
        mode: request.mode,
        state,
        issuerOrigin: new URL(url).origin,
        timeoutMs,
        ...(options ? { options } : {}),
      });
      if (result.kind === 'left') {
        // Whoever comes back may still go forward again, and finish.
        state = undefined;
        return await new Promise<never>((_, reject) => this.#away.add(reject));
      }
      if (callbackState(result.url) !== state) {
        // Whoever forged it has ended this call, and not the login: its own callback may still come.
        state = undefined;
        throw new AuthError('InvalidState', 'The callback belongs to another login.', { code: 'state_mismatch' });
      }
      // What is left of it then is for `resume` to say.
      state = undefined;
      return await this.resume(result.url);
    } catch (error) {
      prepared.abandon();
      this.#tenant.distrust();
      if (state) await this.#transactions.remove(state).catch(() => undefined);
      throw error;
    }
  }

  /**
   * The callback to finish: in the address, of a login begun here (any other is somebody else's), or, where nobody is signed
   * in (`held` is null), of a login whose token request no server has answered.
   */
  async callback(held?: object | null): Promise<string | undefined> {
    const url = this.#platform.lifecycle.currentUrl();
    const state = url && callbackState(url);
    if (state && (this.#resuming.has(url) || (await this.#transactions.has(state)))) return url;
    return held === null ? this.#transactions.unanswered() : undefined;
  }

  /** Finishes the login that a callback URL belongs to; two calls at once with one URL finish it once. */
  resume(url: string): Promise<FinishedLogin> {
    let resuming = this.#resuming.get(url);
    if (!resuming) {
      resuming = this.#finish(url).finally(() => this.#resuming.delete(url));
      this.#resuming.set(url, resuming);
    }
    return resuming;
  }

  async #finish(url: string): Promise<FinishedLogin> {
    const state = callbackState(url);
    if (state === undefined)
      throw new AuthError(
        'InvalidState',
        'The URL is no login callback: it needs one "code" or "error" and one "state".',
        {
          code: 'state_mismatch',
        },
      );
    const { clears } = this.#transactions;
    const transaction = await this.#transactions.take(state);
    // RFC 9700 section 4.2.4: the code leaves the address bar before anything is loaded.
    if (transaction && this.#platform.lifecycle.currentUrl() === url)
      this.#platform.lifecycle.replaceUrl(withoutCallback(url));
    if (!transaction)
      throw new AuthError(
        'InvalidState',
        'The callback belongs to no login that was begun here, or it was used before.',
        {
          code: 'missing_transaction',
        },
      );
    try {
      return await this.#exchange(url, transaction);
    } catch (error) {
      const { status, code } = error as AuthError;
      this.#tenant.distrust();
      // A code that no server has seen is good yet: it waits for a network. Nobody waits for a silent login.
      if (status === 0 && (code === 'network_error' || code === 'timeout') && transaction.mode !== 'silent')
        await this.#transactions.put({ ...transaction, callback: url }, clears).catch(() => undefined);
      throw error;
    }
  }

  async #exchange(url: string, transaction: Transaction): Promise<FinishedLogin> {
    const { server, verifier, redirectUri, nonce, maxAge, leeway, organization, scope, audience, appState, jkt } =
      transaction;
    // The database of the keys takes a moment to open; a failure shows when the key is used.
    if (jkt) this.#binding.thumbprint().catch(() => undefined);
    const { readCallback } = await this.#tenant.loginPart();
    const code = readCallback(url, transaction);
    const answer = await this.#tenant.requestToken(
      grants.authorizationCode,
      { code, verifier, redirectUri },
      { server, login: { nonce, maxAge, organization }, leeway, scope, jkt },
    );
    return { credentials: answer.credentials, jkt: answer.jkt, audience, appState };
  }

  /** The page is back from the back-forward cache: whoever left to log in has changed their mind. */
  cameBack(): void {
    for (const reject of this.#away)
      reject(new AuthError('UserCancelled', 'The login page was left.', { code: 'a0.session.user_cancelled' }));
    this.#away.clear();
  }
}
