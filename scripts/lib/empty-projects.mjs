import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromRoot } from './paths.mjs';
import { run } from './run.mjs';
import { SetupError } from './say.mjs';

/**
 * Projects as users have them: outside of the workspace, with both packages installed from their tarballs, so that nothing of
 * the repository is found by accident.
 */
export class EmptyProjects {
  #folder = mkdtempSync(join(tmpdir(), 'postern-packages-'));
  /** @type {Record<string, { file: string, contents: { path: string, size: number, mode: number }[], size: number, unpackedSize: number }>} */
  tarballs = {};

  async pack() {
    for (const directory of ['postern', 'tenant']) {
      const args = ['pack', '--json', '--pack-destination', this.#folder];
      const { code, output } = await run('npm', args, { cwd: fromRoot('packages', directory), quiet: true });
      if (code !== 0) throw new SetupError(`Packing ${directory} failed:\n\n${output}`);
      const answer = JSON.parse(output.slice(output.search(/^[[{]/m)));
      const [packed] = Array.isArray(answer) ? answer : Object.values(answer);
      this.tarballs[directory] = {
        file: join(this.#folder, packed.filename),
        contents: packed.files,
        size: packed.size,
        unpackedSize: packed.unpackedSize,
      };
    }
  }

  /**
   * A copy of `fixtures/packages/<name>`, installed.
   *
   * @returns {Promise<Project>}
   */
  async create(name) {
    const folder = join(this.#folder, name);
    cpSync(fromRoot('fixtures', 'packages', name), folder, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const dependencies = {
      ...manifest.dependencies,
      postern: `file:${this.tarballs.postern.file}`,
      '@postern/tenant': `file:${this.tarballs.tenant.file}`,
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, dependencies }));
    const project = new Project(name, folder);
    const { code, output } = await project.run('npm', ['install', '--strict-peer-deps', '--no-audit', '--no-fund']);
    if (code !== 0) throw new Error(`npm install failed:\n${output}`);
    const complaints = output.split('\n').filter((line) => /ERESOLVE|peer|EBADENGINE|deprecated/i.test(line));
    if (complaints.some((line) => /ERESOLVE|peer|EBADENGINE/i.test(line)))
      throw new Error(`npm install complained:\n${complaints.join('\n')}`);
    return project;
  }

  /** A folder for what has no fixture. */
  scratch(name) {
    const folder = join(this.#folder, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export class Project {
  constructor(name, folder) {
    this.name = name;
    this.folder = folder;
  }

  /** Runs a command with the project's own programs first; the workspace's are not in the way. */
  run(command, args, { env = {} } = {}) {
    return run(command, args, { cwd: this.folder, env: { ...this.environment(), ...env }, quiet: true });
  }

  /** As `run`, and throws what was printed when it fails. */
  async expect(command, args, options) {
    const { code, output } = await this.run(command, args, options);
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.slice(-4000)}`);
    return output;
  }

  environment() {
    const own = join(this.folder, 'node_modules', '.bin');
    // The pinned Node, alone of what the workspace has installed.
    const node = fromRoot('node_modules', 'node', 'bin');
    const path = [own, ...(existsSync(node) ? [node] : []), process.env.PATH ?? ''];
    return {
      PATH: path.join(process.platform === 'win32' ? ';' : ':'),
      NEXT_TELEMETRY_DISABLED: '1',
      NODE_OPTIONS: '',
    };
  }

  read(...parts) {
    return readFileSync(join(this.folder, ...parts), 'utf8');
  }
}
