import type { LimitName } from '../attack-protection/rate-limits.ts';
import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { Parameters } from '../http/body.ts';
import type { RequestFacts } from '../login/gate.ts';
import type { Subject } from '../tokens/subject.ts';

/** A call of the token endpoint, after the client was authenticated and found allowed to use the grant. */
export interface TokenRequest {
  readonly client: ClientConfig;
  readonly parameters: Parameters;
  /** Where it came from, for rules and attack protection. */
  readonly request: RequestFacts;
  /** RFC 7638 thumbprint of the key the request was proved with. */
  readonly dpopJkt?: string | undefined;
  /** Counts the call against a limit of the configuration; its headers go with the answer. Rejects with 429. */
  readonly limitRate: (name: LimitName, who: string) => Promise<void>;
}

/** Checks what the request brings and says who gets tokens for what. Rejects with an `OAuthError`. */
export type Grant = (request: TokenRequest, tenant: TenantContext) => Promise<Subject>;
