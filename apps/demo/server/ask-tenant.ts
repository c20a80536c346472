/** The local tenant's control API. Its secret stays in this process; the page only names what it wants. */
export interface TenantControls {
  /** Base URL, e.g. `http://localhost:4455/__tenant`. */
  readonly url: string;
  readonly secret: string;
}

export function controlsFromEnvironment(environment: NodeJS.ProcessEnv): TenantControls | undefined {
  const { TENANT_CONTROL: url, TENANT_SECRET: secret } = environment;
  return url && secret ? { url, secret } : undefined;
}

/** Asks the control API; undefined when the tenant does not answer at all. */
export async function askTenant(
  { url, secret }: TenantControls,
  path: string,
  body?: unknown,
): Promise<Response | undefined> {
  const request: RequestInit =
    body === undefined
      ? { headers: { Authorization: `Bearer ${secret}` } }
      : {
          method: 'POST',
          headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        };
  return fetch(`${url}/api${path}`, request).catch(() => undefined);
}
