/** What a promise rejects with; resolving is the failure. */
export const rejection = async (
  promise: Promise<unknown>,
): Promise<Error & { code?: string; type?: string; status?: number }> =>
  promise.then(
    () => {
      throw new Error('It resolved.');
    },
    (error: unknown) => error as Error,
  );
