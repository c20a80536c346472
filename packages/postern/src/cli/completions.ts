import { commandTexts, optionTexts, ownTexts } from './manual.ts';
import { type CommandName, commandNames, everywhere, type OptionName, own } from './options.ts';

const shells = ['bash', 'zsh', 'fish'];
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'];

const optionsOf = (command: CommandName): readonly OptionName[] => [...own[command], ...everywhere];
const takesValue = (name: OptionName): boolean => optionTexts[name].value !== undefined;
const allOptions = Object.keys(optionTexts) as OptionName[];

/** The first clause: a line of a menu is short. */
function hintOf(command: CommandName, name: OptionName): string {
  const [clause = ''] = (ownTexts[command]?.[name] ?? optionTexts[name].text).split(/[.(;:,]/);
  return clause.trim();
}

function bash(): string {
  const words = (list: readonly string[]) => `COMPREPLY=($(compgen -W '${list.join(' ')}' -- "$word"))`;
  const flags = (names: readonly OptionName[]) => names.map((name) => `--${name}`);
  const valued = flags(allOptions.filter((name) => takesValue(name) && name !== 'method'));
  return `_postern() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="" index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in
      ${commandNames.join('|')}) command="\${COMP_WORDS[index]}"; break ;;
    esac
  done
  case "$before" in
    --method) ${words(methods)}; return ;;
    ${valued.join('|')}) return ;;
  esac
  case "$command" in
    "") ${words([...commandNames, 'help', ...flags(everywhere)])} ;;
${commandNames.map((name) => `    ${name}) ${words([...(name === 'completion' ? shells : []), ...flags(optionsOf(name))])} ;;`).join('\n')}
  esac
}
complete -F _postern postern
`;
}

/** Within single quotes. */
const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

function zsh(): string {
  const option = (command: CommandName, name: OptionName) => {
    const { value } = optionTexts[name];
    const choices = name === 'method' ? `(${methods.join(' ')})` : ' ';
    return quote(`--${name}[${hintOf(command, name)}]${value ? `:${value.replaceAll('"', '')}:${choices}` : ''}`);
  };
  const argumentsOf = (command: CommandName) =>
    [
      ...(command === 'completion' ? [quote(`1:shell:(${shells.join(' ')})`)] : []),
      ...optionsOf(command).map((name) => option(command, name)),
    ].join(' ');
  return `#compdef postern
_postern() {
  local -a commands
  commands=(${commandNames.map((name) => quote(`${name}:${commandTexts[name].summary}`)).join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${commandNames.map((name) => `    ${name}) _arguments ${argumentsOf(name)} ;;`).join('\n')}
  esac
}
if [ "$funcstack[1]" = "_postern" ]; then _postern "$@"; else compdef _postern postern; fi
`;
}

function fish(): string {
  const lines = commandNames.flatMap((command) => [
    `complete -c postern -n __fish_use_subcommand -a ${command} -d ${quote(commandTexts[command].summary)}`,
    ...optionsOf(command).map((name) => {
      const value = name === 'method' ? ` -x -a ${quote(methods.join(' '))}` : takesValue(name) ? ' -x' : '';
      return `complete -c postern -n '__fish_seen_subcommand_from ${command}' -l ${name}${value} -d ${quote(hintOf(command, name))}`;
    }),
  ]);
  const choices = `complete -c postern -n '__fish_seen_subcommand_from completion' -a ${quote(shells.join(' '))}`;
  return `${['complete -c postern -f', ...lines, choices].join('\n')}\n`;
}

/** Completion scripts by shell. */
export const completions: Readonly<Record<string, () => string>> = { bash, zsh, fish };
