import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, brokenLinksOfMarkdown, brokenLinksOfSite, filesBelow } from '../lib/links.mjs';
import { cacheDirectory, fromRoot, root } from '../lib/paths.mjs';

const planted = join(cacheDirectory, 'planted-links');
mkdirSync(planted, { recursive: true });

function plant(name: string, text: string): string {
  const file = join(planted, name);
  writeFileSync(file, text);
  return file;
}

describe('links', () => {
  it('of the markdown files lead to files and headings that are there', () => {
    const files = filesBelow(root, '.md');
    expect(files).toContain(fromRoot('docs', 'sdk.md'));
    expect(brokenLinksOfMarkdown(root, files)).toEqual([]);
  });

  it('to a missing file, heading or heading of another file are noticed', () => {
    plant('other.md', '# Other\n');
    const page = plant(
      'page.md',
      '# A page\n\n[1](gone.md) [2](#gone) [3](other.md#gone) [4](#a-page) [5](other.md#other) [6](https://example.com/x)\n\n```md\n[7](code.md)\n```\n`[8](code.md)`\n',
    );
    expect(brokenLinksOfMarkdown(planted, [page])).toEqual([
      'page.md: gone.md',
      'page.md: #gone',
      'page.md: other.md#gone',
    ]);
  });

  it('have the anchors a forge makes', () => {
    const page = '# The `x` of [Y](z.md): a test\n## Same\n## Same\n```sh\n# no heading\n```\n## snake_case & é\n';
    expect([...anchorsOf(page)]).toEqual(['the-x-of-y-a-test', 'same', 'same-1', 'snake_case--é']);
  });

  it('of built pages to a missing page or id are noticed', () => {
    plant('index.html', '<a href="b.html#here">1</a> <a href="b.html#gone">2</a> <a href="c.html">3</a>');
    plant('b.html', '<h2 id="here">Here</h2>');
    expect(brokenLinksOfSite(planted)).toEqual({ links: 3, broken: ['index.html: b.html#gone', 'index.html: c.html'] });
  });
});
