import { Hono, type MiddlewareHandler } from 'hono';
import { type ApiEnvironment, requireScope } from './access-token.ts';
import type { Note, NotesStore } from './notes-store.ts';

const writers: Readonly<Record<string, (notes: readonly Note[]) => string>> = {
  'notes.txt': (notes) => notes.map(({ text }) => `${text}\n`).join('\n'),
  'notes.json': (notes) => JSON.stringify(notes, undefined, 2),
};

/** A second API with an identifier of its own: one's notes as files. A token for the notes does not open it. */
export function filesRoutes(
  notes: Pick<NotesStore, 'list'>,
  requireToken: MiddlewareHandler<ApiEnvironment>,
): Hono<ApiEnvironment> {
  const routes = new Hono<ApiEnvironment>();
  routes.use(requireToken, requireScope('read:files'));
  routes.get('/', (c) => {
    const mine = notes.list(c.get('token').sub);
    const files = Object.entries(writers).map(([name, write]) => ({ name, bytes: Buffer.byteLength(write(mine)) }));
    return c.json({ files });
  });
  routes.get('/:name', (c) => {
    const name = c.req.param('name');
    const write = Object.hasOwn(writers, name) ? writers[name] : undefined;
    if (!write) return c.json({ error: 'not_found', message: 'There is no such file.' }, 404);
    return c.json({ name, text: write(notes.list(c.get('token').sub)) });
  });
  return routes;
}
