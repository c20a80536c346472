import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { parseSync } from 'vite';

/**
 * The layers of the SDK, each with those it may import. Absent means forbidden: a new folder must find its place here
 * before anything can import it. `ports` is `platform/platform.ts`; a platform implements it and knows nothing above.
 * `chosenPlatform` is `#platform`: whichever one the bundler or runtime picked, known by its ports alone.
 */
export const layers = {
  /** Of bytes as text (RFC 4648): protocol and platforms write the same, and it knows nothing of either. */
  encoding: [],
  /** `method-names.ts`: what class and hook both make a method for. */
  names: [],
  types: ['errors', 'ports'],
  errors: ['types'],
  ports: ['types', 'errors'],
  options: ['types', 'errors', 'ports'],
  protocol: ['encoding', 'types', 'errors', 'options', 'ports'],
  http: ['encoding', 'types', 'errors', 'options', 'ports', 'protocol'],
  platform: ['encoding', 'types', 'errors', 'ports'],
  session: ['encoding', 'types', 'errors', 'options', 'ports', 'protocol', 'http'],
  authentication: ['names', 'types', 'errors', 'options', 'ports', 'protocol', 'http'],
  auth0: ['types', 'errors', 'options', 'ports', 'protocol', 'http', 'session', 'authentication', 'chosenPlatform'],
  /** The command `postern`: a program for Node, which is free to look around. */
  cli: ['types', 'errors', 'options', 'ports', 'protocol', 'platform', 'session', 'auth0'],
  react: ['names', 'types', 'errors', 'options', 'ports', 'session', 'auth0'],
  /** For the tests of apps: a client, a provider and a person on the platform of memory. */
  testing: ['types', 'errors', 'ports', 'platform', 'auth0', 'react'],
  entry: [
    'types',
    'errors',
    'options',
    'ports',
    'protocol',
    'http',
    'platform',
    'session',
    'authentication',
    'auth0',
    'react',
    'chosenPlatform',
    'testing',
  ],
};

/** Names whose presence means that code looks at its surroundings, which only a platform may do. */
const surroundings = new Set([
  'window',
  'document',
  'navigator',
  'location',
  'history',
  'process',
  'Deno',
  'Bun',
  'Platform',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'BroadcastChannel',
]);

/** Modules that exist on one platform only. */
const platformModule = /^(node:|react-native($|\/|-)|expo($|\/|-))/;

/** Layer of a file, by its path below `packages/postern/src`. */
export function layerOf(path) {
  if (path === '#platform') return 'chosenPlatform';
  const [first = '', second] = path.split('/');
  if (second === undefined) {
    if (first === 'options.ts') return 'options';
    if (first === 'method-names.ts') return 'names';
    return first === 'auth0.ts' ? 'auth0' : 'entry';
  }
  if (first === 'platform') return second === 'platform.ts' ? 'ports' : 'platform';
  return first in layers ? first : undefined;
}

/** Calls `visit` for every node of an ESTree, with its parent and the key it hangs on. */
function walk(node, visit, parent, key) {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, visit, parent, key);
  } else if (node && typeof node.type === 'string') {
    visit(node, parent, key);
    for (const [childKey, child] of Object.entries(node)) {
      if (child && typeof child === 'object') walk(child, visit, node, childKey);
    }
  }
}

const bindingParents = {
  VariableDeclarator: 'id',
  FunctionDeclaration: 'id',
  ClassDeclaration: 'id',
  ImportSpecifier: 'local',
  ImportDefaultSpecifier: 'local',
  ImportNamespaceSpecifier: 'local',
  TSTypeAliasDeclaration: 'id',
  TSInterfaceDeclaration: 'id',
};

/** Whether an identifier names a member or key (`a.window`, `{ window: 1 }`) and so refers to nothing by itself. */
function isOnlyAName(parent, key) {
  if (!parent) return false;
  if (parent.type === 'MemberExpression') return key === 'property' && !parent.computed;
  if (parent.type === 'TSQualifiedName') return key === 'right';
  if (
    ['Property', 'PropertyDefinition', 'MethodDefinition', 'TSPropertySignature', 'TSMethodSignature'].includes(
      parent.type,
    )
  ) {
    return key === 'key' && !parent.computed;
  }
  return ['ImportSpecifier', 'ExportSpecifier'].includes(parent.type) && (key === 'imported' || key === 'exported');
}

/** Names a file declares itself: a parameter called `location` is not the browser's. */
function declaredNames(program) {
  const names = new Set();
  walk(program, (node, parent, key) => {
    if (node.type === 'ObjectPattern') {
      for (const property of node.properties) if (property.value?.type === 'Identifier') names.add(property.value.name);
    }
    if (node.type !== 'Identifier' || !parent) return;
    const isParameter = key === 'params' || (parent.type === 'AssignmentPattern' && key === 'left');
    if (bindingParents[parent.type] === key || isParameter) names.add(node.name);
  });
  return names;
}

function surroundingsIn(program) {
  const declared = declaredNames(program);
  const found = [];
  walk(program, (node, parent, key) => {
    const isGlobalMember =
      node.type === 'MemberExpression' &&
      node.object.type === 'Identifier' &&
      ['globalThis', 'self', 'global'].includes(node.object.name) &&
      surroundings.has(node.property.name ?? node.property.value);
    const isReference =
      node.type === 'Identifier' &&
      surroundings.has(node.name) &&
      !declared.has(node.name) &&
      !isOnlyAName(parent, key) &&
      parent?.type !== 'TSTypeReference';
    if (isGlobalMember) found.push({ name: node.property.name ?? node.property.value, start: node.start });
    else if (isReference) found.push({ name: node.name, start: node.start });
  });
  return found;
}

/** Every module a file names: imports, re-exports, `import()` and `import('…').Type`. */
function importsIn(program) {
  const found = [];
  walk(program, (node) => {
    const source = node.type === 'TSImportType' ? (node.source ?? node.argument?.literal) : node.source;
    const names = [
      'ImportDeclaration',
      'ExportNamedDeclaration',
      'ExportAllDeclaration',
      'ImportExpression',
      'TSImportType',
    ];
    if (names.includes(node.type) && source?.value !== undefined)
      found.push({ target: source.value, start: node.start });
  });
  return found;
}

const lineOf = (code, offset) => code.slice(0, offset).split('\n').length;

const resolveInSdk = (path, target) =>
  target.startsWith('#') ? target : join(dirname(path), target).split(sep).join('/');

/**
 * Violations of one SDK file.
 *
 * @param {string} path below `packages/postern/src`, with forward slashes
 * @param {string} code
 * @returns {string[]} a sentence each, beginning with `path:line`
 */
export function checkSdkFile(path, code) {
  const { program, errors } = parseSync(path, code);
  if (errors.length > 0) return [`${path}: cannot be parsed: ${errors[0]?.message}`];
  const layer = layerOf(path);
  if (!layer) return [`${path}: its folder is not a layer of import-rules.mjs; give it a place there first.`];
  const at = (start) => `${path}:${lineOf(code, start)}`;

  const directions = importsIn(program).flatMap(({ target, start }) => {
    if (!target.startsWith('.') && !target.startsWith('#')) {
      if (platformModule.test(target) && layer !== 'platform' && layer !== 'cli') {
        return [`${at(start)} imports ${target}, which one platform alone has; only platform/ and cli/ may.`];
      }
      return target.startsWith('@postern/') || target === 'postern' || target.startsWith('postern/')
        ? [`${at(start)} imports ${target}; the SDK imports none of the workspace's packages, itself included.`]
        : [];
    }
    const imported = resolveInSdk(path, target);
    if (imported.startsWith('..'))
      return [`${at(start)} imports ${target}, which is outside of the package's sources.`];
    const importedLayer = layerOf(imported);
    const allowed = importedLayer !== undefined && (importedLayer === layer || layers[layer].includes(importedLayer));
    return allowed
      ? []
      : [`${at(start)} imports ${imported}: ${layer} may not import ${importedLayer ?? 'an unknown layer'}.`];
  });

  const isPlatform = ['platform', 'ports', 'cli'].includes(layer);
  const sniffing = isPlatform ? [] : surroundingsIn(program);
  return [
    ...directions,
    ...sniffing.map(
      ({ name, start }) => `${at(start)} looks at \`${name}\`; only platform/ may. Ask for it through a port.`,
    ),
  ];
}

/**
 * Violations of a file outside of the SDK: it sees other packages by their public names only.
 *
 * @param {string} path below the workspace root, with forward slashes
 * @param {string} code
 */
export function checkOutsideFile(path, code) {
  const { program } = parseSync(path, code);
  const home = path.split('/').slice(0, 2).join('/');
  return importsIn(program).flatMap(({ target, start }) => {
    const at = `${path}:${lineOf(code, start)}`;
    if (target.startsWith('.') && !join(dirname(path), target).split(sep).join('/').startsWith(`${home}/`)) {
      return [`${at} imports ${target}: reach another package by its name, not by its path.`];
    }
    if (home === 'packages/tenant' && (target === 'postern' || target.startsWith('postern/'))) {
      return [`${at} imports ${target}: the tenant must not depend on the SDK it is used to test.`];
    }
    return [];
  });
}

const sourceFile = /\.(ts|tsx)$/;

function sourcesUnder(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && sourceFile.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes(`${sep}node_modules${sep}`) && !file.includes(`${sep}dist${sep}`));
}

/** Checks a whole workspace. */
export function checkWorkspace(root) {
  const sdk = join(root, 'packages/postern/src');
  const sdkFiles = sourcesUnder(sdk);
  const outsideFiles = ['packages/tenant/src', 'apps/demo/src', 'apps/demo/server'].flatMap((folder) =>
    sourcesUnder(join(root, folder)),
  );
  const below = (base, file) => relative(base, file).split(sep).join('/');
  return {
    files: sdkFiles.length + outsideFiles.length,
    violations: [
      ...sdkFiles.flatMap((file) => checkSdkFile(below(sdk, file), readFileSync(file, 'utf8'))),
      ...outsideFiles.flatMap((file) => checkOutsideFile(below(root, file), readFileSync(file, 'utf8'))),
    ],
  };
}
