import { readFileSync } from 'node:fs';
import { fromRoot } from './paths.mjs';

const packages = ['postern', 'tenant'];

/** The first path under a condition that leads to types; conditions are read in order, as TypeScript does. */
function typesOf(target) {
  if (typeof target !== 'object' || target === null) return undefined;
  return typeof target.types === 'string' ? target.types : typesOf(target.default);
}

/**
 * Every entry of both packages that has types, as an ES module's import finds them.
 *
 * @returns {{ folder: string, name: string, specifier: string, types: string }[]} `name` is fit for a file's name
 */
export function typedEntries() {
  return packages.flatMap((directory) => {
    const folder = fromRoot('packages', directory);
    const { name: packageName, exports } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    return Object.entries(exports).flatMap(([path, target]) => {
      const types = typesOf(target);
      if (!types) return [];
      const specifier = path === '.' ? packageName : `${packageName}/${path.slice(2)}`;
      return [
        { folder, name: specifier.replace('@', '').replaceAll('/', '-'), specifier, types: `${folder}/${types}` },
      ];
    });
  });
}
