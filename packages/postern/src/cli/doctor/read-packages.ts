import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isObject, type JsonObject, readJson, textOf } from './read-json.ts';

/** Package managers install what these name. */
const lists = ['peerDependencies', 'optionalDependencies', 'devDependencies', 'dependencies'] as const;

export interface InstalledPackage {
  /** Its own: another one than it is called where an alias stands for it. */
  readonly name: string;
  readonly version: string;
}

export interface Packages {
  /** What package.json asks for, by name. */
  readonly declared: ReadonlyMap<string, string>;
  /** What is there, as far as anybody asked. */
  readonly installed: ReadonlyMap<string, InstalledPackage>;
  /** Whether there is a folder node_modules to look into. Yarn's Plug'n'Play has none. */
  readonly canSee: boolean;
}

export async function readPackages(
  folder: string,
  packageJson: JsonObject,
  names: Iterable<string>,
): Promise<Packages> {
  const declared = new Map<string, string>();
  for (const list of lists) {
    const entries = packageJson[list];
    if (isObject(entries)) for (const [name, range] of Object.entries(entries)) declared.set(name, String(range));
  }
  const installed = new Map<string, InstalledPackage>();
  for (const name of names) {
    const found = await findInstalled(folder, name);
    if (found) installed.set(name, found);
  }
  return { declared, installed, canSee: ancestorsOf(folder).every((one) => !existsSync(join(one, '.pnp.cjs'))) };
}

/** As Node resolves: here, or in a folder above, where workspaces have their packages. */
async function findInstalled(folder: string, name: string): Promise<InstalledPackage | undefined> {
  for (const ancestor of ancestorsOf(folder)) {
    const found = await readJson(join(ancestor, 'node_modules', name, 'package.json'));
    if (found.kind !== 'read') continue;
    const version = textOf(found.content.version);
    if (version) return { name: textOf(found.content.name) ?? name, version };
  }
  return undefined;
}

function ancestorsOf(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestorsOf(above)];
}

interface OwnPackage {
  readonly engines: { readonly node: string };
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** The package that this command is part of. By its own name: the sources lie less deep than what is built of them. */
export const ownPackage = createRequire(import.meta.url)('postern/package.json') as OwnPackage;
