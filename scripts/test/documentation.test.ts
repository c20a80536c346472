import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheDirectory, fromRoot } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';

interface Example {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** The ```ts and ```tsx blocks of a page. */
function examplesOf(file: string): Example[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length,
    language: match[1] ?? '',
    code: match[2] ?? '',
  }));
}

/** Type-checks examples as modules of their own, against the sources of the packages. */
async function typeCheck(name: string, examples: Example[]) {
  const directory = join(cacheDirectory, name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const { file, line, language, code } of examples) {
    writeFileSync(
      join(directory, `${relative(fromRoot(), file).replaceAll('/', '-')}-line-${line}.${language}`),
      `${code}\nexport {};\n`,
    );
  }
  const settings = {
    extends: fromRoot('tsconfig.json'),
    compilerOptions: { noUnusedLocals: false },
    include: ['*.ts', '*.tsx'],
    exclude: [],
  };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(settings));
  return run('tsc', ['-p', directory], { quiet: true });
}

const packageReadmes = ['packages/postern/README.md', 'packages/tenant/README.md'];

const documentation = ['README.md', ...packageReadmes, ...readdirSync(fromRoot('docs')).map((name) => `docs/${name}`)]
  .filter((path) => path.endsWith('.md'))
  .map((path) => fromRoot(path));

// Each of the two compilations is that of a small program that draws in both packages: seconds, on a busy machine many.
const patience = 120_000;

describe('documentation', () => {
  it(
    'has examples that compile',
    async () => {
      const examples = documentation.flatMap(examplesOf);
      expect(examples.length).toBeGreaterThan(4);
      const { code, output } = await typeCheck('examples', examples);
      expect(output).toBe('');
      expect(code).toBe(0);
    },
    patience,
  );

  it(
    'would notice an example that does not',
    async () => {
      const code = "import { useAuth0 } from 'postern';\nuseAuth0().signInWithMagic();\n";
      const { output } = await typeCheck('broken-example', [{ file: 'planted.md', line: 1, language: 'ts', code }]);
      expect(output).toContain('planted.md-line-1.ts(2,');
      expect(output).toContain('signInWithMagic');
    },
    patience,
  );

  it('has no link to a file that is not there', () => {
    const broken = documentation.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)]
        .map((match) => match[1] ?? '')
        .filter((target) => {
          try {
            readFileSync(join(file, '..', target));
            return false;
          } catch (error) {
            return !(error instanceof Error && 'code' in error && error.code === 'EISDIR');
          }
        })
        .map((target) => `${basename(file)}: ${target}`),
    );
    expect(broken).toEqual([]);
  });
});
