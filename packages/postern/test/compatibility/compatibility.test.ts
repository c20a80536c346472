import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cases } from '../../../../e2e/methods/cases.ts';
import { methodsOfTheirHook } from '../types/program.ts';
import { type MethodRow, methodRows, type NamedTest } from './methods.ts';

const root = new URL('../../../../', import.meta.url);

/** Where a case runs: what only a browser refuses is in neither's other half. */
const runsIn = (method: string, place: 'web' | 'native') =>
  cases.some((one) => one.method === method && (one.place ?? place) === place);

function textOf(test: NamedTest): string {
  const path = fileURLToPath(new URL(test.file, root));
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** What is wrong with naming `test` for a method, or nothing. */
export function faultOf(
  test: NamedTest,
  { method, byClass }: Pick<MethodRow, 'method' | 'byClass'>,
): string | undefined {
  const text = textOf(test);
  const at = text.indexOf(`'${test.title}'`);
  if (at === -1) return `${test.file} has no test '${test.title}'`;
  const next = text.slice(at).search(/\n\s*(it|test|describe)[.(]/);
  const body = test.isTable ? text : text.slice(at, next === -1 ? undefined : at + next);
  const names = [method, byClass].map((name) => name.split('.').at(-1) ?? '');
  if (!names.some((name) => new RegExp(`\\b${name}\\b`).test(body)))
    return `'${test.title}' does not mention ${method}`;
  return undefined;
}

describe('docs/compatibility.md', () => {
  it('has each method of react-native-auth0’s hook once', () => {
    expect(methodRows.map(({ method }) => method).sort()).toEqual(methodsOfTheirHook().sort());
  });

  it.each(methodRows)('$method is shown by tests that are there and call it', (row) => {
    for (const [place, { test }] of [
      ['web', row.browser],
      ['native', row.native],
      ['native', row.node],
    ] as const) {
      if (test === undefined) expect(runsIn(row.method, place), `e2e/methods has no case of ${row.method}`).toBe(true);
      else expect(faultOf(test, row)).toBeUndefined();
    }
  });

  it('would notice a test that is gone, or that is about something else', () => {
    const row = { method: 'cancelWebAuth', byClass: 'webAuth.cancelWebAuth' };
    const file = 'packages/postern/test/session.test.ts';
    expect(faultOf({ file, title: 'no such test' }, row)).toContain('has no test');
    expect(faultOf({ file: 'nowhere.test.ts', title: 'x' }, row)).toContain('has no test');
    const other = 'stores without setting the user, and refuses what is no credentials';
    expect(faultOf({ file, title: other }, row)).toContain('does not mention cancelWebAuth');
  });

  it('is up to date (write it anew with `vitest run --project postern compatibility -u`)', async () => {
    const show = (test: NamedTest | undefined) =>
      test === undefined ? '[the table of cases](../e2e/methods/cases)' : `[${test.title}](../${test.file})`;
    const rows = methodRows.map(({ method, byClass, browser, native, node }) =>
      [
        `\`${method}\`${byClass === method ? '' : `<br>\`${byClass}\``}`,
        browser.theirs,
        browser.ours,
        show(browser.test),
        native.theirs,
        native.ours,
        show(native.test),
        node.ours,
        show(node.test),
      ].join(' | '),
    );
    const page = `# Compatibility

Every method of \`useAuth0()\` of react-native-auth0 5.11.1, by platform: what it does there, what it does here, and the test that
shows it. In Node theirs does nothing: it needs React Native. Where the test of iOS and Android is one that runs in Node, no code of
the platform has a part in the method. What differs on purpose: [differences.md](differences.md).

This page is written by \`packages/postern/test/compatibility\`, which fails when it is out of date.

| Method | Browser: theirs | Browser: ours | Shown by | iOS, Android: theirs | iOS, Android: ours | Shown by | Node: ours | Shown by |
|---|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}
`;
    await expect(page).toMatchFileSnapshot('../../../../docs/compatibility.md');
  });
});
