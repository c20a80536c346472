import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

export interface Note {
  readonly id: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface NotesStore {
  list(owner: string): Note[];
  add(owner: string, text: string): Note;
  /** False when this owner has no such note. */
  remove(owner: string, id: string): boolean;
  close(): void;
}

/** Notes in SQLite. `path` is a file, or `:memory:`. Every query is bound to an owner: nobody sees another's notes. */
export function openNotesStore(path: string): NotesStore {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS notes (
      id TEXT PRIMARY KEY,
      owner TEXT NOT NULL,
      text TEXT NOT NULL,
      created_at INTEGER NOT NULL
    );
    CREATE INDEX IF NOT EXISTS notes_by_owner ON notes (owner, created_at);
  `);
  const select = database.prepare('SELECT id, text, created_at FROM notes WHERE owner = ? ORDER BY created_at, rowid');
  const insert = database.prepare('INSERT INTO notes (id, owner, text, created_at) VALUES (?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM notes WHERE owner = ? AND id = ?');
  return {
    list: (owner) =>
      select.all(owner).map((row) => ({
        id: String(row.id),
        text: String(row.text),
        createdAt: Number(row.created_at),
      })),
    add(owner, text) {
      const note = { id: randomUUID(), text, createdAt: Date.now() };
      insert.run(note.id, owner, note.text, note.createdAt);
      return note;
    },
    remove: (owner, id) => remove.run(owner, id).changes > 0,
    close: () => database.close(),
  };
}
