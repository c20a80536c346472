import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutComments } from './without-comments.ts';

/** One native project, as far as its files say it in so many words; a value that is put together at build time is not known. */
export interface NativeProject {
  /** The file of the schemes, as the person calls it. */
  readonly file: string;
  readonly schemes: readonly string[];
  readonly bundle: string | undefined;
  /** Placeholders that react-native-auth0 has an Android project name. */
  readonly leftOver: readonly string[];
}

export interface NativeProjects {
  readonly ios?: NativeProject;
  readonly android?: NativeProject;
}

export async function readNativeProjects(folder: string): Promise<NativeProjects> {
  const [ios, android] = await Promise.all([readIos(folder), readAndroid(folder)]);
  return { ...(ios && { ios }), ...(android && { android }) };
}

async function readAndroid(folder: string): Promise<NativeProject | undefined> {
  const file = 'android/app/src/main/AndroidManifest.xml';
  const manifest = await readText(join(folder, file));
  if (manifest === undefined) return undefined;
  const gradle = withoutComments(
    (await readText(join(folder, 'android/app/build.gradle'))) ??
      (await readText(join(folder, 'android/app/build.gradle.kts'))) ??
      '',
  );
  const [, bundle] = /\bapplicationId\s*=?\s*["']([\w.]+)["']/.exec(gradle) ?? [];
  const schemes = matches(withoutRemarks(manifest), /\bandroid:scheme\s*=\s*["']([^"']+)["']/g)
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder as Gradle writes it.
    .map((scheme) => (bundle ? scheme.replaceAll('${applicationId}', bundle) : scheme));
  return { file, schemes, bundle, leftOver: matches(gradle, /\b(auth0(?:Domain|Scheme))\b/g) };
}

async function readIos(folder: string): Promise<NativeProject | undefined> {
  const names = await readdir(join(folder, 'ios')).catch(() => []);
  const project = names.find((name) => name.endsWith('.xcodeproj'));
  if (!project) return undefined;
  const file = `ios/${project.replace(/\.xcodeproj$/, '')}/Info.plist`;
  const plist = await readText(join(folder, file));
  if (plist === undefined) return undefined;
  const build = (await readText(join(folder, 'ios', project, 'project.pbxproj'))) ?? '';
  const bundle = matches(build, /\bPRODUCT_BUNDLE_IDENTIFIER = "?([\w.-]+)"?;/g).find((one) => !/tests?$/i.test(one));
  const lists = matches(withoutRemarks(plist), /<key>CFBundleURLSchemes<\/key>\s*<array>([\s\S]*?)<\/array>/g);
  const schemes = lists
    .flatMap((list) => matches(list, /<string>([^<]+)<\/string>/g))
    .map((scheme) => (bundle ? scheme.replaceAll('$(PRODUCT_BUNDLE_IDENTIFIER)', bundle) : scheme));
  return { file, schemes, bundle, leftOver: [] };
}

const readText = (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);
const withoutRemarks = (xml: string) => xml.replaceAll(/<!--[\s\S]*?-->/g, '');
const matches = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, found = '']) => found.trim())),
];
