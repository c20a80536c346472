import type { Context } from 'hono';
import type { ClientConfig } from '../config/schema.ts';

/** What the handlers of one request leave for the middleware around them. */
export interface ProtocolEnv {
  Variables: {
    /** The client the request turned out to be from; CORS answers only for its origins. */
    client: ClientConfig | undefined;
  };
}
export type ProtocolContext = Context<ProtocolEnv>;
