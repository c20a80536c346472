/** Why a control call failed. Over HTTP: 400, 404, 409, 504. */
export type ControlErrorCode = 'invalid_request' | 'not_found' | 'conflict' | 'timeout';

export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code: ControlErrorCode;
  constructor(code: ControlErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
