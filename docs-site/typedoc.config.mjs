import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const from = (path) => fileURLToPath(new URL(path, import.meta.url));
const postern = (name) => from(`../packages/postern/src/${name}`);
const tenant = (name) => from(`../packages/tenant/src/${name}`);

/** Pages in the order in which the index of the guides links them; then those it does not. */
const linked = [...readFileSync(from('../docs/README.md'), 'utf8').matchAll(/\]\(([a-z-]+\.md)\)/g)].map(
  ([, name]) => name,
);
const others = readdirSync(from('../docs')).filter((name) => name.endsWith('.md') && name !== 'README.md');
const guides = [...linked, ...others].map((name) => from(`../docs/${name}`));

/** @type {import('typedoc').TypeDocOptions} */
export default {
  name: 'Postern',
  entryPoints: [
    postern('index.ts'),
    postern('core.ts'),
    postern('node.ts'),
    postern('expo.ts'),
    postern('testing.ts'),
    postern('testing-core.ts'),
    tenant('index.ts'),
    tenant('testing/index.ts'),
    tenant('testing/playwright.ts'),
    tenant('testing/cypress.ts'),
    tenant('testing/cypress-tasks.ts'),
  ],
  tsconfig: from('./tsconfig.json'),
  // The sources are checked by `npm test`, with the compiler of the workspace.
  skipErrorChecking: true,
  basePath: from('..'),
  displayBasePath: from('..'),
  plugin: [from('./pages.mjs')],
  customCss: from('./site.css'),
  favicon: from('../apps/demo/public/door.svg'),
  readme: from('../docs/README.md'),
  projectDocuments: [...new Set([...guides, from('../SECURITY.md'), from('../CHANGELOG.md')])].filter(existsSync),
  out: from('./dist'),
  cleanOutputDir: true,
  disableGit: true,
  disableSources: true,
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  sort: ['documents-first', 'alphabetical-ignoring-documents', 'source-order'],
  searchInComments: true,
  searchInDocuments: true,
  hideGenerator: true,
  includeVersion: false,
  navigation: { includeGroups: false, includeCategories: false },
  validation: { notExported: false, invalidLink: true, invalidPath: true, rewrittenLink: false },
  highlightLanguages: [
    'typescript',
    'tsx',
    'javascript',
    'json',
    'jsonc',
    'shellscript',
    'http',
    'html',
    'diff',
    'yaml',
  ],
};
