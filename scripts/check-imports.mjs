import { checkWorkspace } from './lib/import-rules.mjs';
import { root } from './lib/paths.mjs';

const { files, violations } = checkWorkspace(root);
for (const violation of violations) console.error(violation);
console.log(`${files} files, ${violations.length} violations of the import rules`);
process.exitCode = violations.length > 0 ? 1 : 0;
