const protocolParameters = ['code', 'state', 'error', 'error_description', 'error_uri', 'iss', 'session_state'];

/** The parameters of a callback URL: the query's and, where the server used it, the fragment's; the query wins. */
export function callbackParameters(url: string): URLSearchParams {
  const { search, hash } = new URL(url);
  const parameters = new URLSearchParams(search);
  const fragment = new URLSearchParams(hash.slice(1));
  for (const name of protocolParameters) {
    if (parameters.has(name)) continue;
    for (const value of fragment.getAll(name)) parameters.append(name, value);
  }
  return parameters;
}

/** The `state` of a URL that looks like a callback; undefined for any other, and where `state` is given twice. */
export function callbackState(url: string): string | undefined {
  const parameters = callbackParameters(url);
  if (!parameters.has('code') && !parameters.has('error')) return undefined;
  const states = parameters.getAll('state');
  return states.length === 1 && states[0] ? states[0] : undefined;
}

/** The URL without the protocol's own parameters; everything else, order and hash routes included, stays as it was. */
export function withoutCallback(url: string): string {
  const result = new URL(url);
  const strip = (query: string) =>
    query
      .split('&')
      .filter((pair) => pair && !protocolParameters.includes(pair.split('=')[0] ?? ''))
      .join('&');
  result.search = strip(result.search.slice(1));
  if (/(^|&)(code|error)=/.test(result.hash.slice(1))) result.hash = strip(result.hash.slice(1));
  return result.href;
}
