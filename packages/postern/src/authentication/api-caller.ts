import type { Tenant } from '../http/tenant.ts';
import type { Configuration } from '../options.ts';
import { type ApiCall, checkParameters } from '../protocol/api-call.ts';
import type { RequestHeaders } from '../types/index.ts';

/** Makes methods of {@link ApiCall}s. */
export const apiCaller =
  (tenant: Tenant, configuration: Configuration) =>
  <P extends object, R>({ method, path, requires, optional, body, bearer, accessToken, read }: ApiCall<P, R>) =>
  async (parameters: P): Promise<R> => {
    checkParameters(parameters, requires, optional);
    const json = body?.(parameters);
    const url = configuration.origin + (typeof path === 'string' ? path : path(parameters));
    const server = await tenant.server();
    const { token, type: given } = accessToken?.(parameters) ?? { token: bearer?.(parameters), type: 'Bearer' };
    const type = given ?? (await tenant.tokenTypeOf(token ?? '', server));
    const authorization = token === undefined ? undefined : `${type} ${token}`;
    const request = {
      method: method ?? (json ? 'POST' : 'GET'),
      headers: {
        accept: 'application/json',
        ...(json ? { 'content-type': 'application/json' } : {}),
        ...(parameters as RequestHeaders).headers,
        ...(authorization ? { authorization } : {}),
      },
      body: json && JSON.stringify(authorization ? json : { ...json, client_id: configuration.clientId }),
    };
    const response = await tenant.send(server, url, request, type.toLowerCase() === 'dpop' ? token : undefined);
    return read ? read(await response.json().catch(() => undefined), parameters, response.headers) : (undefined as R);
  };
