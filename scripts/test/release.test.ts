import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { version } from '../../packages/postern/src/protocol/telemetry.ts';
import { fromRoot } from '../lib/paths.mjs';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = fromRoot('.github', 'workflows');
const files = readdirSync(folder);
const read = (file: string): Workflow => parse(readFileSync(`${folder}/${file}`, 'utf8'), { strict: true });
const jobs = () =>
  files.flatMap((file) => Object.entries(read(file).jobs).map(([id, job]) => [`${file} ${id}`, job] as const));
const steps = () => jobs().flatMap(([name, job]) => job.steps.map((step) => [name, step] as const));

/** `owner/name[/folder]@commit`: a tag can be moved to other code, a commit cannot. */
const pinned = /^[\w.-]+\/[\w.-]+(\/[\w./-]+)?@[0-9a-f]{40}$/;

describe('workflow files', () => {
  it('are there and parse', () => {
    expect(files.toSorted()).toEqual(['ci.yml', 'native.yml', 'release.yml']);
    for (const file of files) expect(Object.keys(read(file)), file).toEqual(expect.arrayContaining(['on', 'jobs']));
  });

  it('use actions by the hash of a commit alone', () => {
    const used = steps().flatMap(([name, { uses }]) => (uses === undefined ? [] : [{ name, uses }]));
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter(({ uses }) => !pinned.test(uses))).toEqual([]);
    for (const tag of ['actions/checkout@v7', 'actions/checkout@main', 'actions/checkout', './local', 'a/b@3d3c42e'])
      expect(tag).not.toMatch(pinned);
  });

  it('say beside the hash which version it is, the same for the same hash', () => {
    const versions = new Map<string, Set<string>>();
    for (const file of files) {
      for (const [, action = '', hash = '', comment = ''] of readFileSync(`${folder}/${file}`, 'utf8').matchAll(
        /uses: ([\w-]+\/[\w-]+)\S*@(\w+)(?: # (v\d+\.\d+\.\d+))?$/gm,
      )) {
        versions.set(action, (versions.get(action) ?? new Set()).add(`${hash} ${comment}`));
      }
    }
    for (const [action, seen] of versions) expect([...seen], action).toEqual([expect.stringMatching(/ v\d/)]);
  });

  it('may do nothing unless a job says what', () => {
    for (const file of files) expect(read(file).permissions, file).toEqual({});
    const writing = jobs().flatMap(([name, { permissions = {} }]) =>
      Object.entries(permissions).flatMap(([what, access]) => (access === 'write' ? [`${name}: ${what}`] : [])),
    );
    expect(writing).toEqual([
      'release.yml version: contents',
      'release.yml version: pull-requests',
      'release.yml publish: contents',
      'release.yml publish: id-token',
    ]);
  });

  it('end by themselves, keep no credentials in the checkout and hold no secret', () => {
    for (const [name, job] of jobs()) expect(job['timeout-minutes'], name).toBeGreaterThan(0);
    for (const [name, { uses, with: options }] of steps())
      if (uses?.startsWith('actions/checkout@')) expect(options?.['persist-credentials'], name).toBe(false);
    for (const file of files) expect(readFileSync(`${folder}/${file}`, 'utf8'), file).not.toMatch(/secrets\.|_TOKEN\b/);
  });

  it('write nothing that others control into a script', () => {
    for (const [name, { run: script = '' }] of steps()) expect(script, name).not.toContain('${{');
    for (const file of files)
      expect(readFileSync(`${folder}/${file}`, 'utf8'), file).not.toContain('pull_request_target');
  });

  it('run scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const called = steps().flatMap(([, step]) => [
      ...`${step.run ?? ''}\n${step.with?.script ?? ''}`.matchAll(/\bnpm (?:run )?([\w:]+)/g),
    ]);
    const names = called.map(([, name = '']) => name).filter((name) => name !== 'ci' && name !== 'run');
    expect(names).toContain('version');
    for (const name of names) expect(scripts, name).toHaveProperty([name]);
  });
});

function faultsOfChangeset(text: string): string[] {
  const [, kinds = '', summary = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
  const named = Object.entries(Object(parse(kinds)));
  return [
    ...(named.length === 0 ? ['names no package'] : []),
    ...named.flatMap(([subject, kind]) => [
      ...(['postern', '@postern/tenant'].includes(subject) ? [] : [`${subject} is no package`]),
      ...(['major', 'minor', 'patch'].includes(String(kind)) ? [] : [`${kind} is no kind of version`]),
    ]),
    ...(summary.trim() === '' ? ['says nothing'] : []),
  ];
}

describe('Dependabot', () => {
  it('watches every lock file, waits a week with every version, and the actions', () => {
    const { updates } = parse(readFileSync(fromRoot('.github', 'dependabot.yml'), 'utf8')) as {
      updates: readonly {
        'package-ecosystem': string;
        directory?: string;
        directories?: readonly string[];
        cooldown?: { 'default-days': number };
      }[];
    };
    const watched = updates.flatMap(({ 'package-ecosystem': kind, directory, directories = [] }) =>
      [...directories, ...(directory === undefined ? [] : [directory])].map((folder) => `${kind} ${folder}`),
    );
    const locks = execFileSync('git', ['ls-files', '*package-lock.json'], { cwd: fromRoot(), encoding: 'utf8' });
    const folders = locks
      .trim()
      .split('\n')
      .map((file) => dirname(`/${file}`));
    expect(folders.length).toBeGreaterThan(5);
    expect(watched.toSorted()).toEqual(['github-actions /', ...folders.map((folder) => `npm ${folder}`)].toSorted());
    for (const { cooldown } of updates) expect(cooldown?.['default-days']).toBeGreaterThanOrEqual(7);
  });
});

describe('a release', () => {
  const release = read('release.yml').jobs;

  it('takes nothing from a cache that another job could have written', () => {
    const options = Object.entries(release).flatMap(([id, job]) =>
      job.steps.filter(({ uses }) => uses?.startsWith('actions/setup-node@')).map((step) => [id, step.with] as const),
    );
    expect(options.length).toBeGreaterThan(3);
    for (const [id, chosen] of options) {
      expect(chosen, id).toMatchObject({ 'package-manager-cache': false });
      expect(chosen, id).not.toHaveProperty('cache');
    }
  });

  it('is built and packed where nothing may be published, and published where nothing of a dependency runs but what publishes', () => {
    const { pack, publish } = release;
    expect(pack?.permissions).toEqual({ contents: 'read' });
    expect(pack?.steps.map(({ run = '' }) => run)).toContain('npm run build');
    expect(publish?.steps.flatMap(({ run }) => (run === undefined ? [] : [run]))).toEqual([
      'npm ci --no-audit --no-fund --ignore-scripts',
    ]);
    const packed = publish?.steps.at(-1)?.with?.['pack-dir-artifact-id'];
    expect(packed).toContain('needs.pack.outputs.packages');
    expect(publish?.steps.at(-1)?.with).not.toHaveProperty('script');
  });

  it('publishes with provenance, from a job that a person has to let go on', () => {
    const publish: Job & { readonly environment?: string } = read('release.yml').jobs.publish ?? { steps: [] };
    expect(publish.environment).toBe('npm');
    const text = readFileSync(`${folder}/release.yml`, 'utf8');
    expect(text).toMatch(/NPM_CONFIG_PROVENANCE: ["']true["']/);
  });

  it('tells servers the version that npm does', () => {
    const manifest: unknown = JSON.parse(readFileSync(fromRoot('packages/postern/package.json'), 'utf8'));
    expect(manifest).toMatchObject({ version });
  });

  it('has changesets that name packages and kinds of version', () => {
    for (const name of readdirSync(fromRoot('.changeset')).filter((one) => /\.md$/.test(one) && one !== 'README.md'))
      expect(faultsOfChangeset(readFileSync(fromRoot('.changeset', name), 'utf8')), name).toEqual([]);
  });

  it('would notice a changeset that npm or a reader could make nothing of', () => {
    expect(faultsOfChangeset("---\n'postern': minor\n---\n\nPasskeys.\n")).toEqual([]);
    expect(faultsOfChangeset("---\n'postern': minor\n---\n")).toEqual(['says nothing']);
    expect(faultsOfChangeset("---\n'posterns': minor\n---\nX\n")).toEqual(['posterns is no package']);
    expect(faultsOfChangeset("---\n'postern': big\n---\nX\n")).toEqual(['big is no kind of version']);
    expect(faultsOfChangeset('Passkeys.')).toEqual(['names no package', 'says nothing']);
  });
});
