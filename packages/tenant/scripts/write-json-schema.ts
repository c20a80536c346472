import { writeFileSync } from 'node:fs';
import { makeJsonSchema } from '../src/config/json-schema.ts';

writeFileSync(new URL('../tenant.schema.json', import.meta.url), makeJsonSchema());
