import { commandTexts, environmentTexts, exitCodeTexts, optionTexts, ownTexts } from './manual.ts';
import { type CommandName, commandNames, everywhere, type OptionName, options, own } from './options.ts';
import type { Style } from './style.ts';

interface Look {
  /** Columns. */
  readonly width: number;
  readonly style: Style;
}

/** Help on one command, or an overview. */
export function explain(command: CommandName | undefined, { width, style }: Look): string {
  const heading = (text: string) => style('bold', text);
  const rows = (entries: readonly (readonly [string, string])[]) => writeRows(entries, width);
  const optionRows = (names: readonly OptionName[]) =>
    rows(names.map((name) => [writeOption(name), textOf(command, name)] as const));
  const block = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : ['', heading(title), ...lines]);
  const paragraph = (text: string) => wrap(text, width);
  if (!command) {
    return join([
      ...paragraph('Sign in from the command line, and give scripts their tokens.'),
      ...block('Usage', ['  postern COMMAND [options]']),
      ...block('Commands', rows(commandNames.map((name) => [name, commandTexts[name].summary] as const))),
      ...block('Options of every command', optionRows(everywhere)),
      ...block('To begin with', ['  postern login --domain example.eu.auth0.com --client-id abc', '  postern token']),
      ...block('Environment', rows(environmentTexts)),
      ...block('Exit codes', rows(exitCodeTexts.map(([code, text]) => [String(code), text] as const))),
      '',
      ...paragraph('No secret is ever taken from the command line or written to a log.'),
      ...paragraph('More on a command: postern COMMAND --help'),
    ]);
  }
  const { usage, summary, about, examples } = commandTexts[command];
  return join([
    ...paragraph(`postern ${command}: ${summary}`),
    ...block('Usage', [`  postern ${command} ${usage}`]),
    ...about.flatMap((text) => ['', ...paragraph(text)]),
    ...block('Options', optionRows(own[command])),
    ...block('Options of every command', optionRows(everywhere)),
    ...block(
      'Examples',
      examples.flatMap(([line, purpose]) => [`  ${line}`, ...wrap(purpose, width, 6)]),
    ),
    '',
    ...paragraph('Exit codes and environment: postern --help'),
  ]);
}

const join = (lines: readonly string[]) => `${lines.join('\n')}\n`;

const textOf = (command: CommandName | undefined, name: OptionName): string =>
  (command && ownTexts[command]?.[name]) ?? optionTexts[name].text;

function writeOption(name: OptionName): string {
  const { value } = optionTexts[name];
  const option = options[name];
  return `${'short' in option ? `-${option.short}, ` : ''}--${name}${value ? ` ${value}` : ''}`;
}

/** Two columns; one below the other where the terminal is narrow. */
function writeRows(entries: readonly (readonly [string, string])[], width: number): string[] {
  const longest = Math.max(...entries.map(([name]) => name.length));
  if (width - longest < 34) return entries.flatMap(([name, text]) => [`  ${name}`, ...wrap(text, width, 6)]);
  return entries.flatMap(([name, text]) => {
    const [first = '', ...more] = wrap(text, width, longest + 4);
    return [`  ${name.padEnd(longest + 2)}${first.trimStart()}`, ...more];
  });
}

/** Breaks a text between words. */
export function wrap(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line].map((one) => ' '.repeat(indent) + one);
}
