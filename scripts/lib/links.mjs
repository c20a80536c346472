import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Links that lead nowhere, in markdown as a forge shows it and in the built site. Other people's sites are not asked. */

const elsewhere = /^(?:[a-z][a-z+.-]*:|\/\/)/i;
const unwatched = new Set(['node_modules', 'dist', 'coverage', 'screenshots']);

/** Files below a folder that end in one of the extensions. */
export function filesBelow(folder, extension) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return unwatched.has(entry.name) || entry.name === '.git' ? [] : filesBelow(path, extension);
    return entry.name.endsWith(extension) ? [path] : [];
  });
}

/** Code is no place for links: what looks like one there is an example. */
const withoutCode = (markdown) => markdown.replace(/^(```+|~~~+)[\s\S]*?^\1\s*$/gm, '').replace(/`[^`\n]+`/g, 'code');

/** The anchors a forge gives the headings of a page: lower case, without punctuation, `-1` on the second of a kind. */
export function anchorsOf(markdown) {
  const seen = new Map();
  const text = markdown.replace(/^(```+|~~~+)[\s\S]*?^\1\s*$/gm, '');
  return new Set(
    [...text.matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading]) => {
      const slug = heading
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
        .replaceAll(' ', '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    }),
  );
}

/**
 * @param {string} root where the paths of the report begin
 * @param {string[]} files pages to read
 * @returns {string[]} `page: link` of each link whose file or heading is not there
 */
export function brokenLinksOfMarkdown(root, files) {
  const anchors = new Map();
  const hasAnchor = (file, anchor) => {
    if (!file.endsWith('.md')) return true;
    if (!anchors.has(file)) anchors.set(file, anchorsOf(readFileSync(file, 'utf8')));
    return anchors.get(file).has(anchor);
  };
  return files.flatMap((file) => {
    const links = [...withoutCode(readFileSync(file, 'utf8')).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)];
    return links
      .map(([, link]) => link)
      .filter((link) => !elsewhere.test(link))
      .filter((link) => {
        const [path, anchor] = link.split('#');
        const target = path === '' ? file : resolve(dirname(file), decodeURIComponent(path));
        return !existsSync(target) || (anchor !== undefined && !hasAnchor(target, decodeURIComponent(anchor)));
      })
      .map((link) => `${relative(root, file)}: ${link}`);
  });
}

const decode = (text) => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#x27;', "'");

/**
 * @param {string} site folder of the built pages
 * @returns {{ links: number, broken: string[] }} how many links were followed, and `page: link` of those to nothing
 */
export function brokenLinksOfSite(site) {
  const pages = new Map(
    filesBelow(site, '.html').map((file) => {
      const html = readFileSync(file, 'utf8');
      const ids = new Set([...html.matchAll(/\s(?:id|name)="([^"]+)"/g)].map(([, id]) => decode(id)));
      return [file, { html, ids }];
    }),
  );
  let links = 0;
  const broken = [...pages].flatMap(([file, { html }]) =>
    [...html.matchAll(/<(?:a|link|script|img)\b[^>]*?\s(?:href|src)="([^"]*)"/g)]
      .map(([, link]) => decode(link))
      .filter((link) => !elsewhere.test(link))
      .filter((link) => {
        links += 1;
        const [path, anchor] = link.split('#');
        const target = path === '' ? file : resolve(dirname(file), decodeURIComponent(path.split('?')[0]));
        if (!existsSync(target) || !statSync(target).isFile()) return true;
        const page = pages.get(target);
        return Boolean(anchor) && page !== undefined && !page.ids.has(decodeURIComponent(anchor));
      })
      .map((link) => `${relative(site, file)}: ${link}`),
  );
  return { links, broken: [...new Set(broken)] };
}
