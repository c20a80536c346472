import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Nobody writes a record for this long. */
const DRAFT_MS = 60_000;

/** Makes a folder that only its owner may look into, whatever it was before. */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
}

/**
 * Writes a file that only its owner may read. Whoever reads sees the old content or the new one, and after a crash or a power
 * failure it is one of the two as well.
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  await makePrivateFolder(dirname(path));
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Removes drafts in a folder that whoever was killed while writing them left behind. */
export async function removeDrafts(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names.filter(isDraft)) {
    const path = join(folder, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > DRAFT_MS) await rm(path, { force: true });
  }
}

export const isDraft = (name: string): boolean => name.endsWith('.tmp');

export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
