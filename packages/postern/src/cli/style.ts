import { styleText } from 'node:util';

export type Style = (format: 'bold' | 'dim' | 'red' | 'yellow' | 'green', text: string) => string;

/** Colours on a terminal that can show them; none in files and pipes, nor where NO_COLOR is set. */
export const styleFor =
  (stream: NodeJS.WriteStream): Style =>
  (format, text) =>
    styleText(format, text, { stream });

/** As wide as is good to read, unless the terminal is narrower. */
export const widthOf = ({ columns }: NodeJS.WriteStream): number => Math.max(30, Math.min(columns || 80, 80));

/** What a file or a server says is shown, not obeyed: a terminal takes control characters for orders. */
export const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, ' ');

/** JSON in which nothing is an order to a terminal: `JSON.stringify` leaves those of above ASCII as they are. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(/\p{Cc}/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
