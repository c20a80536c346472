import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawChart } from '../../bench/draw-chart.mjs';
import { ratio } from '../../bench/lib/statistics.ts';
import { composePage, readResults } from '../../bench/write-page.mjs';
import { checkFeatures, features } from '../../packages/postern/features.mjs';
import { fromRoot } from '../lib/paths.mjs';

const result = {
  title: 'Doors',
  command: 'npm run bench -- doors',
  measuredOn: '2026-01-02',
  method: ['Opened and shut.'],
  versions: { postern: '0.1.0', 'door-kit': '2.0.0' },
  tables: [{ caption: 'A second', columns: ['', 'postern', 'door-kit'], rows: [['opened | shut', '3', '2 (x 0.67)']] }],
  reading: ['Three doors.'],
  charts: [
    {
      name: 'doors',
      title: 'Doors <a second>',
      unit: 'doors',
      bars: [
        { label: 'postern', value: 3, ours: true },
        { label: 'door & kit', value: 1.5 },
      ],
    },
  ],
};

describe('docs/benchmarks.md', () => {
  it('is what the results in bench/results say; node bench/write-page.mjs writes it', () => {
    const results = readResults();
    expect(results.length).toBeGreaterThan(0);
    expect(readFileSync(fromRoot('docs/benchmarks.md'), 'utf8')).toBe(composePage(results));
    for (const chart of results.flatMap(({ charts = [] }) => charts)) {
      const picture = fromRoot('docs', 'benchmarks', `${chart.name}.svg`);
      expect(existsSync(picture) && readFileSync(picture, 'utf8')).toBe(drawChart(chart));
    }
  });

  it('has reading, picture, tables, method and versions of each part', () => {
    const page = composePage([result]);
    const order = [
      '## Doors',
      '- Three doors.',
      '](benchmarks/doors.svg)',
      '**A second**',
      'Opened and shut.',
      '2026-01-02',
    ];
    const places = order.map((text) => page.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(page).toContain('| opened \\| shut | 3 | 2 (x 0.67) |');
    expect(page).toContain('`npm run bench -- doors`, with `postern` 0.1.0, `door-kit` 2.0.0.');
    expect(page).toContain('![Doors <a second>, doors: postern 3; door & kit 1.5]');
  });

  it('is not written with a row that has too few cells, or too many', () => {
    for (const row of [
      ['opened', '3'],
      ['opened', '3', '2', '1'],
    ]) {
      const wrong = { ...result, tables: [{ caption: 'A second', columns: ['', 'postern', 'door-kit'], rows: [row] }] };
      expect(() => composePage([wrong])).toThrow(/A second/);
    }
  });
});

describe('a ratio', () => {
  it('is rounded, but never to nothing', () => {
    const shown = [5.126, 1, 0.047, 0.0036].map((value) => ratio(value, 1).replace('\u00a0', ' '));
    expect(shown).toEqual(['x 5.13', 'x 1.00', 'x 0.05', 'x 0.004']);
  });
});

describe('a chart', () => {
  const [chart] = result.charts;
  if (!chart) throw new Error('The result has a chart');
  const svg = drawChart(chart);

  it('has bars as long as their values, and tells ours apart', () => {
    const bars = [...svg.matchAll(/class="(ours|theirs)" [^>]*width="([\d.]+)"/g)].map(([, whose, length]) => [
      whose,
      Number(length),
    ]);
    expect(bars).toEqual([
      ['ours', expect.any(Number)],
      ['theirs', expect.closeTo(Number(bars[0]?.[1]) / 2, 0)],
    ]);
  });

  it('says in words what it shows, with nothing that would be markup', () => {
    expect(svg).toContain('<title id="title">Doors &lt;a second>, doors</title>');
    expect(svg).toContain('<desc id="words">postern: 3; door &amp; kit: 1.5</desc>');
    expect(svg).toContain('prefers-color-scheme: dark');
  });
});

describe('what only some apps use', () => {
  const parts = features.map(({ part }) => ({ name: part, files: [`dist/esm/authentication/${part}.js`] }));

  it('may be in parts that are loaded when first used', () => {
    expect(() => checkFeatures({ filesAtOnce: ['dist/esm/auth0.js'], parts })).not.toThrow();
  });

  it('is refused among what a page loads to start', () => {
    for (const file of ['protocol/mfa.js', 'protocol/passkeys.js', 'protocol/my-account.js', 'http/dpop-headers.js'])
      expect(() => checkFeatures({ filesAtOnce: [`dist/esm/${file}`], parts }), file).toThrow(file);
  });

  it('is not overlooked when its part is gone', () => {
    for (const { name } of parts)
      expect(() => checkFeatures({ filesAtOnce: [], parts: parts.filter((part) => part.name !== name) })).toThrow(name);
  });
});
