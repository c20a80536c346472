import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { API, type Checker, type Symbol as TypeSymbol } from 'typescript/unstable/sync';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
export const reference = join(root, 'node_modules/react-native-auth0/lib/typescript/src/index.d.ts');
export const ours = join(root, 'packages/postern/src/index.ts');

/** `SignatureKind.Call`. */
export const CALL = 0;

/** What a module exports, by name, aliases followed. */
export type Exports = ReadonlyMap<string, TypeSymbol>;

/** A compilation of the modules at `paths`, with the settings an app of today has. */
export interface TypeProgram {
  readonly checker: Checker;
  exportsOf(path: string): Exports;
  /** Compile errors of a file, as text. */
  errorsOf(path: string): string[];
  /** Whether a property is for the class alone. */
  isPrivate(symbol: TypeSymbol): boolean;
  close(): void;
}

/** @param aliases Module names to resolve elsewhere, for all files. */
export function openProgram(
  paths: readonly string[],
  aliases: Readonly<Record<string, readonly string[]>> = {},
): TypeProgram {
  const directory = mkdtempSync(join(tmpdir(), 'postern-types-'));
  const tsconfig = join(directory, 'tsconfig.json');
  const compilerOptions = {
    target: 'ES2023',
    module: 'ESNext',
    moduleResolution: 'bundler',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    jsx: 'react-jsx',
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    customConditions: ['browser'],
    types: [],
    paths: aliases,
  };
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions, files: paths }));
  const api = new API({ cwd: directory });
  const project = api.updateSnapshot({ openProjects: [tsconfig] }).getProject(tsconfig);
  if (project === undefined) throw new Error('TypeScript opened no project.');
  const { checker, program } = project;
  const aliasFlag = 2097152;
  return {
    checker,
    exportsOf(path) {
      const file = program.getSourceFile(path);
      const module = file && checker.getSymbolAtLocation(file);
      if (!module) throw new Error(`${path} is not a module.`);
      return new Map(
        checker
          .getExportsOfModule(module)
          .map((symbol) => [symbol.name, symbol.flags & aliasFlag ? checker.getAliasedSymbol(symbol) : symbol]),
      );
    },
    errorsOf: (path) => program.getSemanticDiagnostics(path).map(({ text }) => text),
    isPrivate: (symbol) => /^\s*private\s/.test(symbol.valueDeclaration?.resolve(project)?.getText() ?? ''),
    close: () => {
      api.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Every method of react-native-auth0's `useAuth0()`, those of its groups as `mfa.verify`. */
export function methodsOfTheirHook(): string[] {
  const program = openProgram([reference]);
  const { checker } = program;
  const typeOf = (symbol: TypeSymbol | undefined) => symbol && checker.getTypeOfSymbol(symbol);
  const hook = typeOf(program.exportsOf(reference).get('useAuth0'));
  const signature = hook && checker.getSignaturesOfType(hook, CALL)[0];
  const context = signature && checker.getReturnTypeOfSignature(signature);
  if (!context) throw new Error('useAuth0 is no function.');
  const methods = checker.getPropertiesOfType(context).flatMap((member) => {
    const type = typeOf(member);
    if (!type || ['user', 'error', 'isLoading'].includes(member.name)) return [];
    if (checker.getSignaturesOfType(type, CALL).length > 0) return [member.name];
    return checker.getPropertiesOfType(type).map(({ name }) => `${member.name}.${name}`);
  });
  program.close();
  return methods;
}
