import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type AccessTokenRules, type ApiEnvironment, requireAccessToken, requireScope } from './access-token.ts';
import type { TenantControls } from './ask-tenant.ts';
import { createNonces } from './dpop-nonces.ts';
import { createReplays } from './dpop-replays.ts';
import { filesRoutes } from './files.ts';
import { inboxRoutes } from './inbox.ts';
import { type ShellOptions, shellRoutes } from './native-shell.ts';
import type { NotesStore } from './notes-store.ts';
import { tenantControlRoutes } from './tenant-controls.ts';

export interface AppOptions {
  /** Which tokens open the notes. */
  readonly token: AccessTokenRules;
  /** Identifier of the second API: its tokens open the files, and no note. */
  readonly filesAudience: string;
  readonly notes: NotesStore;
  /** Only beside a local tenant: lets the page ask for trouble. */
  readonly controls?: TenantControls | undefined;
  /** What the pretended native app signs in at; absent where there is none. */
  readonly shell?: ShellOptions | undefined;
}

const maxNoteLength = 2_000;

const limitBody = bodyLimit({
  maxSize: 16 * 1024,
  onError: (c) => c.json({ error: 'too_large', message: 'That is too much for one note.' }, 413),
});

async function readNoteText(request: Request): Promise<string | undefined> {
  const body: unknown = await request.json().catch(() => undefined);
  const text = body && typeof body === 'object' && 'text' in body ? body.text : undefined;
  if (typeof text !== 'string') return undefined;
  const trimmed = text.trim();
  return trimmed.length > 0 && trimmed.length <= maxNoteLength ? trimmed : undefined;
}

/** The demo's API: notes, each belonging to the `sub` of the access token that made it. */
export function createApp({ token, filesAudience, notes, controls, shell }: AppOptions): Hono<ApiEnvironment> {
  const app = new Hono<ApiEnvironment>().basePath('/api');

  app.use(async (c, next) => {
    await next();
    c.header('Cache-Control', 'no-store');
  });
  app.get('/health', (c) => c.json({ ready: true, controls: controls !== undefined }));

  const proofs = { nonces: createNonces(), replays: createReplays() };
  const requireNotesToken = requireAccessToken({ ...token, proofs });
  app.use('/notes/*', requireNotesToken);
  app.get('/notes', requireScope('read:notes'), (c) => c.json({ notes: notes.list(c.get('token').sub) }));
  app.post('/notes', requireScope('write:notes'), limitBody, async (c) => {
    const text = await readNoteText(c.req.raw);
    if (text === undefined) {
      return c.json({ error: 'invalid_note', message: `A note is { "text": 1 to ${maxNoteLength} characters }.` }, 400);
    }
    return c.json(notes.add(c.get('token').sub, text), 201);
  });
  app.delete('/notes/:id', requireScope('write:notes'), (c) =>
    notes.remove(c.get('token').sub, c.req.param('id'))
      ? c.body(null, 204)
      : c.json({ error: 'not_found', message: 'There is no such note.' }, 404),
  );

  app.route('/files', filesRoutes(notes, requireAccessToken({ ...token, audience: filesAudience, proofs })));

  if (shell) app.route('/shell', shellRoutes(shell));
  if (controls) {
    app.route('/tenant', tenantControlRoutes(controls, requireNotesToken));
    app.route('/inbox', inboxRoutes(controls));
  }

  app.notFound((c) => c.json({ error: 'not_found', message: 'There is nothing here.' }, 404));
  app.onError((error, c) => {
    console.error(error);
    return c.json({ error: 'server_error', message: 'Something went wrong on the server.' }, 500);
  });
  return app;
}
