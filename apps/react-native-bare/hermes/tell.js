/** A line for whoever started the engine. */
export const tell = (message) => globalThis.print(JSON.stringify(message));
