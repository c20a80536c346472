import { AuthError } from './auth-error.ts';

/** A My Account call failed; `type` is the API's problem URI, or the code where the answer was none. */
export class MyAccountError extends AuthError {
  override readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly statusCode: number;

  constructor(source: AuthError) {
    super(source.name, source.message, source);
    const problem = (source.json ?? {}) as { type?: string; title?: string; detail?: string; status?: number };
    this.type = problem.type ?? source.code;
    this.title = problem.title ?? '';
    this.detail = problem.detail ?? source.message;
    this.statusCode = problem.status ?? source.status;
  }

  override get '~postern'(): string {
    return 'MyAccountError';
  }
}
