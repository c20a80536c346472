import { describe, expect, it } from 'vitest';
import { runsIn } from '../../../../e2e/methods/case.ts';
import { casesByFile } from '../../../../e2e/methods/cases.ts';
import { methodsOfTheirHook } from '../types/program.ts';
import { bodyOf } from './body-of.ts';
import { type MethodRow, methodRows, type NamedTest, type Place } from './methods.ts';
import { type PlaceName, shownIn } from './surroundings.ts';

/** The case that shows what a method does: what refuses it follows. */
function caseOf(method: string, place: 'web' | 'native'): NamedTest | undefined {
  for (const [file, cases] of Object.entries(casesByFile)) {
    const found = cases.find((one) => one.method === method && runsIn(place)(one));
    if (found) return { file: `e2e/methods/cases/${file}`, title: found.name };
  }
  return undefined;
}

type Method = Pick<MethodRow, 'method' | 'byClass'>;

/** What is wrong with naming these tests for a method, or nothing. */
export function faultOf(tests: readonly NamedTest[], { method, byClass }: Method): string | undefined {
  const gone = tests.find((test) => bodyOf(test) === '');
  if (gone) return `${gone.file} has no test '${gone.title}'`;
  const names = [method, byClass].map((name) => name.split('.').at(-1) ?? '');
  const isCalled = tests.some((test) => names.some((name) => new RegExp(`\\b${name}\\b`).test(bodyOf(test))));
  return isCalled ? undefined : `None of '${tests.map(({ title }) => title).join("', '")}' mentions ${method}`;
}

describe('docs/compatibility.md', () => {
  it('has each method of react-native-auth0’s hook once', () => {
    expect(methodRows.map(({ method }) => method).sort()).toEqual(methodsOfTheirHook().sort());
  });

  it.each(methodRows)('$method is shown by tests that are there and call it', (row) => {
    for (const [place, { tests }] of [
      ['web', row.browser],
      ['native', row.native],
      ['native', row.node],
    ] as const) {
      if (tests === undefined)
        expect(caseOf(row.method, place), `e2e/methods has no case of ${row.method}`).toBeDefined();
      else expect(faultOf(tests, row)).toBeUndefined();
    }
  });

  it('what is said of browsers is shown in one, and of the system’s browser, files and processes by the real ones', () => {
    for (const { method, browser, native, node } of methodRows) {
      expect([method, ...shownIn(browser, 'browser')]).toEqual([method, 'Chromium']);
      // What has code of the phone's platform in it is not shown by the core alone.
      if (/browser|closed by the person|once, on both/.test(native.ours))
        expect([method, ...shownIn(native, 'phone')]).toEqual([method, 'jest']);
      if (/browser|process/.test(node.ours)) expect([method, ...shownIn(node, 'node')]).toEqual([method, 'Node, real']);
    }
  });

  it('would notice a test that is gone, or that is about something else', () => {
    const row = { method: 'cancelWebAuth', byClass: 'webAuth.cancelWebAuth' };
    const file = 'packages/postern/test/session.test.ts';
    expect(faultOf([{ file, title: 'no such test' }], row)).toContain('has no test');
    expect(faultOf([{ file: 'nowhere.test.ts', title: 'x' }], row)).toContain('has no test');
    const other = { file, title: 'stores without setting the user, and refuses what is no credentials' };
    expect(faultOf([other], row)).toContain('mentions cancelWebAuth');
    expect(faultOf([other, { file, title: 'no such test' }], row)).toContain('has no test');
  });

  it('is up to date (write it anew with `vitest run --project postern compatibility -u`)', async () => {
    const show = (method: string, place: Pick<Place, 'tests'>, name: PlaceName) => {
      const first = caseOf(method, name === 'browser' ? 'web' : 'native');
      const tests = place.tests ?? (first ? [first] : []);
      const links = tests.map(({ file, title }) => `[${title}](../${file})`);
      return `${links.join('<br>')}<br>(${shownIn(place, name).join(', ')})`;
    };
    const rows = methodRows.map(({ method, byClass, browser, native, node }) =>
      [
        `\`${method}\`${byClass === method ? '' : `<br>\`${byClass}\``}`,
        browser.theirs,
        browser.ours,
        show(method, browser, 'browser'),
        native.theirs,
        native.ours,
        show(method, native, 'phone'),
        node.ours,
        show(method, node, 'node'),
      ].join(' | '),
    );
    const page = `# Compatibility

Every method of \`useAuth0()\` of react-native-auth0 5.11.1, by platform: what it does there, what it does here, and the test that
shows it, with how it shows it: (Chromium), (jest) and so on mean what [platforms.md](platforms.md#how-each-cell-is-shown) says. No
phone has shown any of it. In Node theirs does nothing: it needs React Native. What differs on purpose:
[differences.md](differences.md).

This page is written by \`packages/postern/test/compatibility\`, which fails when it is out of date.

| Method | Browser: theirs | Browser: ours | Shown by | iOS, Android: theirs | iOS, Android: ours | Shown by | Node: ours | Shown by |
|---|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}
`;
    await expect(page).toMatchFileSnapshot('../../../../docs/compatibility.md');
  });
});
