import { z } from 'zod';
import { tenantSchema } from './schema.ts';

/** The published JSON Schema of what a person writes, as text. */
export function makeJsonSchema(): string {
  const schema = {
    title: 'Postern tenant configuration',
    ...z.toJSONSchema(tenantSchema, { io: 'input', target: 'draft-7' }),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
