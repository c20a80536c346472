const said = new Set<string>();

/** Tells the developer, once a start of the app; nobody else reads it. */
export function warnOnce(message: string): void {
  if ((globalThis as { __DEV__?: boolean }).__DEV__ === false || said.has(message)) return;
  said.add(message);
  console.warn(`POSTERN: ${message}`);
}
