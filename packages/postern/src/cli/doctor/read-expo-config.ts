import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text as readStream } from 'node:stream/consumers';
import { isObject, type JsonObject, parseJson, readJson, textOf, textsOf } from './read-json.ts';

/** What logins need of an Expo app's configuration. */
export interface ExpoConfig {
  /** The file it was read from, as the person calls it. */
  readonly source: string;
  /** Nothing is added later: what is not here is not there. False where a file of code has the last word. */
  readonly isWhole: boolean;
  readonly schemes: { readonly ios: readonly string[]; readonly android: readonly string[] };
  readonly bundle: { readonly ios: string | undefined; readonly android: string | undefined };
  readonly platforms: readonly string[] | undefined;
  readonly plugins: readonly string[];
}

export interface ExpoConfigFacts {
  readonly config?: ExpoConfig;
  /** A file of code, which was not run. */
  readonly code?: string;
  readonly broken?: { readonly file: string; readonly why: string };
}

/** In the order in which Expo's tools look for them. */
const codeFiles = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((ending) => `app.config.${ending}`);
const jsonFiles = ['app.config.json', 'app.json'];

/**
 * Reads app.json or its like. Code is never run: a look at an app is not the time to start what its folder contains. Who
 * wants to know what it comes to has Expo say it (`npx expo config --json`) and gives that.
 *
 * @param given A file with the whole configuration; `-` is standard input.
 */
export async function readExpoConfig(folder: string, given: string | undefined): Promise<ExpoConfigFacts> {
  if (given !== undefined) return readGiven(given);
  const code = codeFiles.find((name) => existsSync(join(folder, name)));
  for (const name of jsonFiles) {
    const file = await readJson(join(folder, name), 'json5');
    if (file.kind === 'missing') continue;
    if (file.kind === 'broken') return { broken: { file: name, why: file.why }, ...(code && { code }) };
    return { config: pick(file.content, name, code === undefined), ...(code && { code }) };
  }
  return code ? { code } : {};
}

async function readGiven(given: string): Promise<ExpoConfigFacts> {
  const source = given === '-' ? 'standard input' : given;
  let text: string;
  try {
    text = given === '-' ? await readStream(process.stdin) : await readFile(given, 'utf8');
  } catch (error) {
    return { broken: { file: source, why: (error as Error).message } };
  }
  const parsed = parseJson(text, 'json5');
  return parsed.kind === 'read'
    ? { config: pick(parsed.content, source, true) }
    : { broken: { file: source, why: parsed.kind === 'broken' ? parsed.why : 'it is not there.' } };
}

function pick(file: JsonObject, source: string, isWhole: boolean): ExpoConfig {
  const config = isObject(file.expo) ? file.expo : file;
  const { ios, android } = config;
  const own = (platform: unknown, name: string) => (isObject(platform) ? platform[name] : undefined);
  return {
    source,
    isWhole,
    schemes: {
      ios: [...textsOf(config.scheme), ...textsOf(own(ios, 'scheme')), ...urlTypesOf(own(ios, 'infoPlist'))],
      android: [
        ...textsOf(config.scheme),
        ...textsOf(own(android, 'scheme')),
        ...filtersOf(own(android, 'intentFilters')),
      ],
    },
    bundle: { ios: textOf(own(ios, 'bundleIdentifier')), android: textOf(own(android, 'package')) },
    platforms: Array.isArray(config.platforms) ? textsOf(config.platforms) : undefined,
    // A plugin is named alone, or first in a list with its options.
    plugins: Array.isArray(config.plugins)
      ? config.plugins.flatMap((plugin: unknown) => textsOf(plugin).slice(0, 1))
      : [],
  };
}

/** Schemes as Apple has them. */
const urlTypesOf = (infoPlist: unknown): readonly string[] =>
  objectsOf(isObject(infoPlist) ? infoPlist.CFBundleURLTypes : undefined).flatMap((type) =>
    textsOf(type.CFBundleURLSchemes),
  );

/** Schemes as Android has them; those of web addresses are links, and no callback of an app's own. */
const filtersOf = (filters: unknown): readonly string[] =>
  objectsOf(filters)
    .flatMap(({ data }) => objectsOf(data).flatMap(({ scheme }) => textsOf(scheme)))
    .filter((scheme) => !/^https?$/.test(scheme));

/** The objects of a list, or the one. */
const objectsOf = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value : [value]).filter(isObject);
