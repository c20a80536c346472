import manifest from '../../package.json' with { type: 'json' };

const wanted = manifest.engines.node;

/**
 * Older ones have no `node:sqlite`, and would say no more than that.
 *
 * @param version such as `v22.13.0`
 * @throws an error with the code `node_too_old`
 */
export function refuseOldNode(version: string): void {
  const [major = 0, minor = 0] = numbersOf(version);
  const [wantedMajor = 0, wantedMinor = 0] = numbersOf(wanted);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  const message = `this is Node ${version}, and a tenant needs ${wanted}: install a newer one, or choose one with your version manager`;
  throw Object.assign(new Error(message), { code: 'node_too_old' });
}

const numbersOf = (version: string) => [...version.matchAll(/\d+/g)].map(([number]) => Number(number));
