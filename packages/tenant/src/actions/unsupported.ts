/** Something of Auth0's Actions that a local tenant does not do. */
export class UnsupportedActionError extends Error {
  override readonly name = 'UnsupportedActionError';
}

/**
 * The object, with an error for every name it does not have: an Action that calls something which is not there would
 * otherwise do nothing, and work differently here than on Auth0.
 *
 * @param path how the object is reached, e.g. `api.access`
 */
export function refuseUnknown<T extends object>(path: string, members: T): T {
  return new Proxy(members, {
    get(target, name, receiver) {
      const isOurs = typeof name === 'symbol' || Object.hasOwn(target, name) || standard.has(name);
      if (isOurs) return Reflect.get(target, name, receiver);
      throw new UnsupportedActionError(
        `${path}.${name} is not supported by this local tenant; supported: ${Object.keys(target)
          .map((known) => `${path}.${known}`)
          .join(', ')}`,
      );
    },
    set(_target, name) {
      throw new UnsupportedActionError(`${path}.${String(name)} cannot be set.`);
    },
  });
}

/** What JavaScript itself asks of any object: `await`, templates, `JSON.stringify`, inspection. */
const standard: ReadonlySet<string> = new Set(['then', 'toJSON', 'toString', 'valueOf', 'constructor', 'inspect']);

/** Documented by Auth0 and absent here: reading it is an error, and it is no part of what is listed or copied. */
export function defineUnsupported(path: string, target: object, names: readonly string[]): void {
  for (const name of names) {
    Object.defineProperty(target, name, {
      enumerable: false,
      get() {
        throw new UnsupportedActionError(`${path}.${name} is not supported by this local tenant.`);
      },
    });
  }
}

/** Writing to `event` changes nothing, as on Auth0; in strict code it is an error, too. */
export function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const { value: member } of Object.values(Object.getOwnPropertyDescriptors(value))) freezeDeep(member);
  return value;
}
