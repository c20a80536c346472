import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { Loading } from '../parts/loading.tsx';
import { ApiError, useApi } from '../use-api.ts';

interface Note {
  readonly id: string;
  readonly text: string;
  readonly createdAt: number;
}

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** The notes of whoever is signed in, and what can be done with them. */
function useNotes() {
  const api = useApi();
  const [notes, setNotes] = useState<Note[]>();
  const [problem, setProblem] = useState<unknown>();

  const attempt = useCallback(async (work: () => Promise<void>) => {
    setProblem(undefined);
    try {
      await work();
      return true;
    } catch (error) {
      setProblem(error);
      return false;
    }
  }, []);

  const load = useCallback(
    () => attempt(async () => setNotes((await api<{ notes: Note[] }>('/notes')).notes)),
    [api, attempt],
  );
  useEffect(() => {
    load();
  }, [load]);

  const add = (text: string) =>
    attempt(async () => {
      const note = await api<Note>('/notes', { method: 'POST', body: JSON.stringify({ text }) });
      setNotes((existing = []) => [...existing, note]);
    });
  const remove = (id: string) =>
    attempt(async () => {
      await api<void>(`/notes/${encodeURIComponent(id)}`, { method: 'DELETE' });
      setNotes((existing) => existing?.filter((note) => note.id !== id));
    });
  return { notes, problem, load, add, remove };
}

function NewNote({ onAdd }: { onAdd: (text: string) => Promise<boolean> }) {
  const [text, setText] = useState('');
  const [isSaving, setSaving] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim()) return;
    setSaving(true);
    if (await onAdd(text)) setText('');
    setSaving(false);
  };
  return (
    <form onSubmit={submit} className="new-note">
      <label htmlFor="text">New note</label>
      <textarea
        id="text"
        rows={3}
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        required
      />
      <button type="submit" className="button primary" disabled={isSaving}>
        Add note
      </button>
    </form>
  );
}

function NoteList({ notes, filter, onRemove }: { notes: Note[]; filter: string; onRemove: (id: string) => void }) {
  const shown = notes.filter(({ text }) => text.toLowerCase().includes(filter.toLowerCase()));
  if (shown.length === 0) {
    return (
      <p className="empty">
        {notes.length === 0 ? 'No notes yet. Write the first one.' : `No note contains “${filter}”.`}
      </p>
    );
  }
  return (
    <ul className="notes">
      {shown.map(({ id, text, createdAt }) => (
        <li key={id} className="card note">
          <p>{text}</p>
          <div className="note-foot">
            <time dateTime={new Date(createdAt).toISOString()}>{when.format(createdAt)}</time>
            <button
              type="button"
              className="button quiet small"
              onClick={() => onRemove(id)}
              aria-label={`Delete note: ${text.slice(0, 60)}`}
            >
              Delete
            </button>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Scrolls to the element a deep link names, once what it names is there. */
function useHashTarget(isReady: boolean) {
  const { hash } = useLocation();
  useEffect(() => {
    if (isReady && hash) document.getElementById(hash.slice(1))?.scrollIntoView();
  }, [isReady, hash]);
}

export function Notes() {
  const { notes, problem, load, add, remove } = useNotes();
  const [search, setSearch] = useSearchParams();
  const filter = search.get('filter') ?? '';
  useHashTarget(notes !== undefined);
  return (
    <section>
      <div className="page-head">
        <h1>Notes</h1>
        <label className="filter">
          Filter
          <input
            type="search"
            value={filter}
            onChange={({ target }) => setSearch(target.value ? { filter: target.value } : {}, { replace: true })}
          />
        </label>
      </div>
      {problem !== undefined && (
        <div className="banner danger" role="alert">
          <strong>{messageOf(problem)}</strong>
          {problem instanceof ApiError && <code>{problem.code}</code>}
          <button type="button" className="button small" onClick={load}>
            Try again
          </button>
        </div>
      )}
      {notes ? (
        <NoteList notes={notes} filter={filter} onRemove={remove} />
      ) : (
        problem === undefined && <Loading label="Fetching your notes" />
      )}
      <div id="bottom">
        <NewNote onAdd={add} />
      </div>
    </section>
  );
}
