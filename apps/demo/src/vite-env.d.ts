/// <reference types="vite/client" />

interface ImportMetaEnv {
  readonly VITE_AUTH0_DOMAIN?: string;
  readonly VITE_AUTH0_CLIENT_ID?: string;
  readonly VITE_AUTH0_AUDIENCE?: string;
  /** Set by `npm start`: the local tenant's dashboard, without its secret. */
  readonly VITE_SAMPLE_LOGIN?: string;
}
