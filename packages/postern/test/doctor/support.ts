import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Diagnosis, examine } from '../../src/cli/doctor/doctor.ts';
import type { FindingCode, Level } from '../../src/cli/doctor/finding.ts';
import type { JsonFinding } from '../../src/cli/doctor/report.ts';
import { readInvocation } from '../../src/cli/options.ts';

/** What Postern wants of an Expo app, in versions that it takes. */
export const expoModules = {
  postern: '0.1.0',
  expo: '57.0.26',
  'expo-application': '57.0.3',
  'expo-crypto': '57.0.3',
  'expo-secure-store': '57.0.4',
  'expo-web-browser': '57.0.3',
  react: '19.2.3',
  'react-native': '0.86.3',
};

/** app.json with nothing wrong in it. */
export const expoConfig = {
  scheme: ['com.example.app.auth0'],
  ios: { bundleIdentifier: 'com.example.app' },
  android: { package: 'com.example.app' },
  platforms: ['ios', 'android'],
};

export interface AppFiles {
  /** Declared and installed, by version; `null` is declared alone. */
  readonly packages?: Readonly<Record<string, string | null>>;
  /** Declared otherwise than by the version that is installed. */
  readonly declared?: Readonly<Record<string, string>>;
  /** By path; what is neither text nor bytes is written as JSON. */
  readonly files?: Readonly<Record<string, unknown>>;
}

const folders: string[] = [];

/** A folder with an app in it. */
export async function makeApp({ packages = {}, declared = {}, files = {} }: AppFiles): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-doctor-'));
  folders.push(folder);
  const ranges = Object.fromEntries(
    Object.entries(packages).map(([name, version]) => [name, `^${version ?? '1.0.0'}`]),
  );
  const all: Record<string, unknown> = {
    'package.json': { name: 'my-app', dependencies: { ...ranges, ...declared } },
    ...files,
  };
  for (const [name, version] of Object.entries(packages)) {
    if (version !== null) all[`node_modules/${name}/package.json`] ??= { name, version };
  }
  for (const [path, content] of Object.entries(all)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    const isWritten = typeof content === 'string' || Buffer.isBuffer(content);
    await writeFile(file, isWritten ? content : JSON.stringify(content, null, 2));
  }
  return folder;
}

export const removeApps = () => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));

export interface Examined extends Diagnosis {
  readonly findings: readonly JsonFinding[];
  /** Of one code, as a person reads them. */
  said(code: FindingCode): string[];
  /** Codes of what is wrong or doubtful. */
  codes(level: Level): string[];
}

export interface ExamineOptions {
  readonly args?: string;
  readonly env?: Record<string, string>;
  readonly nodeVersion?: string;
}

export async function examineFolder(folder: string, options: ExamineOptions = {}): Promise<Examined> {
  const { args = '', env = {}, nodeVersion = '24.21.0' } = options;
  const invocation = readInvocation(['doctor', ...args.split(' ').filter(Boolean)]);
  if (!('flags' in invocation)) throw new Error('The arguments ask for help.');
  const look = { width: 80, style: (_: string, text: string) => text };
  const diagnosis = await examine(invocation.flags, { folder, env, nodeVersion, look });
  const { findings } = diagnosis.json as { findings: readonly JsonFinding[] };
  return {
    ...diagnosis,
    findings,
    said: (code) =>
      findings
        .filter((one) => one.code === code)
        .map(({ message, remedy, copy = [] }) => [message, remedy, ...copy].filter(Boolean).join('\n')),
    codes: (level) => findings.filter((one) => one.level === level).map(({ code }) => code),
  };
}

export const examineApp = async (app: AppFiles, options?: ExamineOptions): Promise<Examined> =>
  examineFolder(await makeApp(app), options);
