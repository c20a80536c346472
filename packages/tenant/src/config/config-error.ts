export interface ConfigIssue {
  /** Where, e.g. `clients[0].callbacks[1]`; empty for the whole. */
  readonly path: string;
  /** What is wrong and what is allowed. */
  readonly message: string;
}

/** A configuration that cannot be used; `message` lists every issue, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly issues: readonly ConfigIssue[];
  constructor(issues: readonly ConfigIssue[], options?: { source?: string; cause?: unknown }) {
    const lines = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message));
    const title = options?.source ? `${options.source} cannot be used:` : 'The configuration cannot be used:';
    super([title, ...lines.map((line) => `  ${line}`)].join('\n'), { cause: options?.cause });
    this.issues = issues;
  }
}
