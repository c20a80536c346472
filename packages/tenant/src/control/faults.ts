/** Faults a test asks for through the control API. Each is used up by the response it strikes. */
export type Fault =
  /** The request is processed to the end, then the connection is closed without an answer. */
  | { readonly kind: 'drop'; readonly path: string }
  | { readonly kind: 'delay'; readonly path: string; readonly ms: number }
  | {
      readonly kind: 'respond';
      readonly path: string;
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The next ID token carries a wrong claim or signature. */
  | {
      readonly kind: 'id_token';
      readonly claim: 'iss' | 'aud' | 'nonce' | 'sub' | 'exp' | 'signature';
      readonly value?: string;
    };

export interface Faults {
  add(fault: Fault, times?: number): void;
  /** Takes the next fault for this path (exact, or a prefix ending in `*`), if any. */
  takeFor(path: string): Exclude<Fault, { kind: 'id_token' }> | undefined;
  takeIdToken(): Extract<Fault, { kind: 'id_token' }> | undefined;
  list(): readonly Fault[];
  clear(): void;
}

export function createFaults(): Faults {
  let pending: Fault[] = [];

  const take = <F extends Fault>(matches: (fault: Fault) => fault is F): F | undefined => {
    const fault = pending.find(matches);
    if (fault) {
      const at = pending.indexOf(fault);
      pending = [...pending.slice(0, at), ...pending.slice(at + 1)];
    }
    return fault as F | undefined;
  };

  return {
    add(fault, times = 1) {
      pending = [...pending, ...Array.from({ length: times }, () => fault)];
    },
    takeFor: (path) =>
      take(
        (fault): fault is Exclude<Fault, { kind: 'id_token' }> =>
          fault.kind !== 'id_token' && matchesPath(fault.path, path),
      ),
    takeIdToken: () => take((fault): fault is Extract<Fault, { kind: 'id_token' }> => fault.kind === 'id_token'),
    list: () => pending,
    clear() {
      pending = [];
    },
  };
}

function matchesPath(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}
