import { readFileSync, writeFileSync } from 'node:fs';
import { fromRoot } from './lib/paths.mjs';
import { say } from './lib/say.mjs';

/** The SDK tells servers its version; part of `npm run version`, which has just written a new one to package.json. */
const { version } = JSON.parse(readFileSync(fromRoot('packages/postern/package.json'), 'utf8'));
const file = fromRoot('packages/postern/src/protocol/telemetry.ts');
const before = readFileSync(file, 'utf8');
const after = before.replace(/^export const version = '[^']*';$/m, `export const version = '${version}';`);
if (!after.includes(`version = '${version}'`)) throw new Error(`${file} has no version to write.`);
writeFileSync(file, after);
say(`The SDK says it is ${version}.`);
