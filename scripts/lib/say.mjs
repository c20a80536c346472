/** Progress for people. On standard error, so that `--json` output on standard output stays machine-readable. */
const styled = process.stderr.isTTY && !process.env.NO_COLOR;
const style = (code, text) => (styled ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = (text) => style(1, text);
export const dim = (text) => style(2, text);
export const red = (text) => style(31, text);
export const green = (text) => style(32, text);

export const say = (text = '') => process.stderr.write(`${text}\n`);

/** Thrown for a condition a person can fix; shown without a stack trace. */
export class SetupError extends Error {
  name = 'SetupError';
}

/** Thrown for a command line that is wrong; shown with the way to its help. */
export class UsageError extends Error {
  name = 'UsageError';
}

/** Runs a script's `main`, turning what a person can mend into a message and an exit code: 1, and 2 for wrong use. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    if (error instanceof UsageError || error?.code?.startsWith('ERR_PARSE_ARGS')) {
      // The rest of Node's own message is about positional arguments, which no script takes.
      say(`${red('Wrong use.')} ${error.message.split('. ')[0]}. All options: --help`);
      process.exitCode = 2;
      return;
    }
    if (!(error instanceof SetupError)) throw error;
    say(`\n${red('Could not go on.')} ${error.message}`);
    process.exitCode = 1;
  }
}

/** Seconds with one decimal, as in `3.2 s`. */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
