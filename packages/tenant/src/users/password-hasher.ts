export interface PasswordHasher {
  /** argon2id, OWASP parameters, off the event loop. */
  hash(password: string): Promise<string>;
  /** With `hash` undefined (unknown user) it does the same work and answers false, so that both take the same time. */
  verify(hash: string | undefined, password: string): Promise<boolean>;
}
