import { encodeBase64Url } from '../encoding/base64url.ts';
import { AuthError } from '../errors/auth-error.ts';
import type { Configuration } from '../options.ts';
import type { KeyPair, Platform, Storage } from '../platform/platform.ts';
import { calculateThumbprint, signProof } from '../protocol/dpop.ts';
import type { Server } from '../protocol/server.ts';
import type { DPoPHeadersParams } from '../types/dpop.ts';

/** What is known of one origin that proofs go to. */
interface Peer {
  readonly nonce?: string | undefined;
  /** Seconds its clock is ahead of ours. */
  readonly ahead: number;
}

const unknown: Peer = { ahead: 0 };

export interface BoundRequest {
  /** Sent along; the proof is then tied to it. */
  readonly accessToken?: string | undefined;
  /** Thumbprint of the only key that will do. Absent: whichever there is, or a new one. */
  readonly jkt?: string | undefined;
  /** Called when it is on its way. */
  readonly onSent?: () => void;
}

/** Answers whose `Date` says no more than this are taken to agree with our clock. */
const TOLERANCE_SECONDS = 5;
const LOCK_MS = 10_000;
/** Names of notes: the nonce told last, after its origin; the server's metadata (`discovery.ts`). */
const NONCE = 'nonce';
export const SERVER = 'server';

/**
 * The key that this client's tokens are bound to (RFC 9449), and the proofs made with it. The key is asked for each time
 * and never remembered here: another tab may have signed out, and with that removed it.
 */
export class KeyBinding {
  readonly #platform: Platform;
  readonly #configuration: Pick<Configuration, 'namespace' | 'useDPoP'>;
  #peers = new Map<string, Peer>();
  readonly #notes: Storage | undefined;

  constructor(configuration: Pick<Configuration, 'namespace' | 'useDPoP'>, platform: Platform) {
    this.#configuration = configuration;
    this.#platform = platform;
    this.#notes = platform.notes?.(configuration);
  }

  /** Whether tokens of this server are asked for as bound ones: where the app lets us, and the server announces it. */
  isFor(server: Server): boolean {
    return this.#configuration.useDPoP && server.dpop_signing_alg_values_supported?.includes('ES256') === true;
  }

  /** Of the key that there is. */
  async thumbprint(): Promise<string | undefined> {
    const pair = await this.#find();
    return pair && calculateThumbprint(pair);
  }

  /**
   * The key that there is, if it is the one named.
   *
   * @throws AuthError `DPOP_KEY_MISSING`, `DPOP_KEY_MISMATCH`.
   */
  async require(jkt?: string): Promise<KeyPair> {
    const pair = await this.#find();
    if (!pair) throw dpopError('DPOP_KEY_MISSING', 'The key that the tokens are bound to is gone; sign in again.');
    if (jkt !== undefined && jkt !== (await calculateThumbprint(pair)))
      throw dpopError('DPOP_KEY_MISMATCH', 'The tokens are bound to another key; sign in again.');
    return pair;
  }

  /** Of the key that there is, or else of a new one. */
  ensureThumbprint = async (): Promise<string> => calculateThumbprint(await this.#ensure());

  /**
   * `fetch` with a proof. Refused for want of a nonce and told one, or for the proof itself (a wrong clock, a proof that
   * came twice), it is sent once more with a new proof; once for each.
   *
   * @throws AuthError `DPOP_KEY_MISSING`, `DPOP_KEY_MISMATCH` before anything is sent, when the key is not the one named.
   */
  fetch = async (url: string, init: RequestInit, { accessToken, jkt, onSent }: BoundRequest): Promise<Response> => {
    const { origin } = new URL(url);
    const pair = jkt === undefined && accessToken === undefined ? await this.#ensure() : await this.require(jkt);
    await this.#recall(origin);
    const peers = this.#peers;
    for (const retried = new Set<string>(); ; ) {
      const sent = this.#peers.get(origin) ?? unknown;
      const headers = new Headers(init.headers);
      headers.set('dpop', await this.#sign(pair, { url, method: init.method ?? 'GET', accessToken }));
      const answer = this.#platform.fetch(url, { ...init, headers });
      onSent?.();
      const response = await answer;
      const reason = await this.#learn(origin, sent, response);
      const { nonce } = this.#peers.get(origin) ?? unknown;
      // Not after a sign-out meanwhile.
      if (nonce && peers === this.#peers) this.#notes?.set(NONCE, `${origin} ${nonce}`).catch(() => undefined);
      if (reason === undefined || retried.has(reason)) return response;
      retried.add(reason);
    }
  };

  /** A proof for a request that the app sends itself; `nonce` and `date` are what the API's last answer told. */
  prove = async (request: Omit<DPoPHeadersParams, 'tokenType'>): Promise<string> => {
    this.#note(new URL(request.url).origin, request.nonce, request.date);
    return this.#sign(await this.require(), request);
  };

  /** Nonces are worth nothing without the key, and go with it; a sign-out leaves nothing of the tenant behind. */
  forgetNonces(): void {
    this.#peers = new Map();
    for (const note of [NONCE, SERVER]) this.#notes?.delete(note).catch(() => undefined);
  }

  /** The next login makes a new key. */
  async clear(): Promise<void> {
    this.forgetNonces();
    await attempt('DPOP_CLEAR_KEY_FAILED', () => this.#platform.keys.delete(this.#configuration.namespace));
  }

  async #sign(
    pair: KeyPair,
    request: { url: string; method: string; accessToken?: string | undefined },
  ): Promise<string> {
    const { clock, random } = this.#platform;
    const { nonce, ahead } = this.#peers.get(new URL(request.url).origin) ?? unknown;
    const issuedAt = Math.floor(clock.now() / 1000) + ahead;
    const id = encodeBase64Url(random.bytes(16));
    const { url, method, accessToken } = request;
    return attempt('DPOP_PROOF_FAILED', () => signProof(pair, { url, method, accessToken, nonce, issuedAt, id }));
  }

  /** Keeps the nonce of any answer (RFC 9449 section 8.2); says why a refused request is worth sending again. */
  async #learn(origin: string, sent: Peer, response: Response): Promise<'nonce' | 'proof' | undefined> {
    const nonce = response.headers.get('dpop-nonce') ?? undefined;
    const isRefused = response.status === 400 || response.status === 401;
    const told = this.#note(origin, nonce, isRefused ? response.headers.get('date') : undefined);
    if (!isRefused) return undefined;
    const challenge = /error="([^"]*)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1];
    const body = challenge
      ? undefined
      : await response
          .clone()
          .json()
          .catch(() => undefined);
    const error = challenge ?? (body as { error?: unknown } | undefined)?.error;
    // Compared with what was sent: another request may have been told the same meanwhile.
    if (error === 'use_dpop_nonce' && told.nonce !== sent.nonce) return 'nonce';
    // A wrong clock, which is known by now; or a browser that lost an answer and by itself sent the same proof again.
    return error === 'invalid_dpop_proof' ? 'proof' : undefined;
  }

  /** The nonce that an earlier page of this tab was told last. */
  async #recall(origin: string): Promise<void> {
    if (this.#peers.has(origin)) return;
    const [from, nonce] = (await this.#notes?.get(NONCE).catch(() => undefined))?.split(' ') ?? [];
    if (from === origin && !this.#peers.has(origin)) this.#note(origin, nonce, null);
  }

  #note(origin: string, nonce: string | undefined, date: string | null | undefined): Peer {
    const known = this.#peers.get(origin) ?? unknown;
    const now = Math.floor(this.#platform.clock.now() / 1000);
    const told = date ? Math.floor(Date.parse(date) / 1000) - now : Number.NaN;
    const isOff = Math.abs(told - known.ahead) > TOLERANCE_SECONDS;
    const peer = { nonce: nonce ?? known.nonce, ahead: isOff ? told : known.ahead };
    this.#peers.set(origin, peer);
    return peer;
  }

  #find(): Promise<KeyPair | undefined> {
    return attempt('DPOP_KEY_RETRIEVAL_FAILED', () => this.#platform.keys.get(this.#configuration.namespace));
  }

  async #ensure(): Promise<KeyPair> {
    const { mutex, keys } = this.#platform;
    const { namespace } = this.#configuration;
    // Two tabs that start at once would each make a key, and one of them go on with a key that is gone.
    const create = () =>
      mutex.run(`${namespace}/key`, { waitMs: LOCK_MS }, async () => {
        return (await keys.get(namespace)) ?? (await keys.create(namespace));
      });
    return (await this.#find()) ?? attempt('DPOP_KEY_GENERATION_FAILED', create);
  }
}

async function attempt<T>(code: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw dpopError(code, (cause as Error)?.message ?? 'The key failed.', cause);
  }
}

const dpopError = (code: string, message: string, cause?: unknown) =>
  new AuthError('DPoPError', message, { code, cause });
