/// <reference types="vite/client" />

interface ImportMetaEnv {
  readonly VITE_AUTH0_DOMAIN?: string;
  readonly VITE_AUTH0_CLIENT_ID?: string;
  readonly VITE_AUTH0_AUDIENCE?: string;
  readonly VITE_FILES_AUDIENCE?: string;
  /** Name of the database connection. Default: the one hosted tenants start with. */
  readonly VITE_AUTH0_CONNECTION?: string;
  /** Set by `npm start`: the local tenant's dashboard, without its secret. */
  readonly VITE_SAMPLE_LOGIN?: string;
}
