import { styleText } from 'node:util';

export type Style = (format: 'bold' | 'dim' | 'red' | 'yellow' | 'green', text: string) => string;

/** Colours on a terminal that can show them; none in files and pipes, nor where NO_COLOR is set. */
export const styleFor =
  (stream: NodeJS.WriteStream): Style =>
  (format, text) =>
    styleText(format, text, { stream });

/** As wide as is good to read, unless the terminal is narrower. */
export const widthOf = ({ columns }: NodeJS.WriteStream): number => Math.max(30, Math.min(columns || 80, 80));
