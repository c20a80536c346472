#!/usr/bin/env node
import { isAuthError } from '../errors/auth-error.ts';
import { version } from '../protocol/telemetry.ts';
import { runCommand } from './commands.ts';
import { adviceFor, exitCodeOf, messageOf } from './exit-codes.ts';
import { readInvocation } from './options.ts';
import { printable, printableJson, styleFor, widthOf } from './style.ts';
import { explain } from './usage.ts';

const args = process.argv.slice(2);
const interrupted = new AbortController();
const style = styleFor(process.stderr);

// Whoever reads may have heard enough (`postern status | head -1`).
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

try {
  await run();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  const message = messageOf(error);
  const advice = adviceFor(error);
  if (args.includes('--json')) {
    const details = isAuthError(error) ? { code: error.code, ...(error.type ? { type: error.type } : {}) } : {};
    process.stdout.write(`${printableJson({ error: { message, ...details, exitCode: process.exitCode } })}\n`);
  } else process.stderr.write(`${style('red', 'postern:')} ${printable(message)}\n${advice ? `${advice}\n` : ''}`);
}

async function run(): Promise<void> {
  const invocation = readInvocation(args);
  if ('version' in invocation) return void process.stdout.write(`${version}\n`);
  const look = { width: widthOf(process.stdout), style: styleFor(process.stdout) };
  if ('help' in invocation) {
    return void process.stdout.write(explain(invocation.help, look));
  }
  const { command, flags, argument } = invocation;
  // The first Ctrl-C gives up the login and says so; anything else it ends at once.
  if (command === 'login') process.once('SIGINT', () => interrupted.abort());
  const answer = await runCommand(command, flags, argument, {
    env: process.env,
    tell: (line) => process.stderr.write(`${line}\n`),
    style,
    look,
    signal: interrupted.signal,
  });
  process.exitCode = answer.exitCode;
  process.stdout.write(flags.json ? `${printableJson(answer.json)}\n` : answer.text);
  // For people: a script that keeps standard error in a log gets no chatter.
  if (answer.note && !flags.json && process.stderr.isTTY) process.stderr.write(`${style('dim', answer.note)}\n`);
}
