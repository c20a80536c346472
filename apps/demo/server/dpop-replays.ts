/** Proofs that were seen, for as long as they would be good (RFC 9449 section 11.1). One process; several share a store. */
export interface Replays {
  /** False when this proof was here before. */
  remember(id: string, goodForMs: number): boolean;
}

const mostProofs = 10_000;

export function createReplays(now: () => number = Date.now): Replays {
  const seen = new Map<string, number>();
  const forgetExpired = () => {
    for (const [id, until] of seen) if (until <= now()) seen.delete(id);
  };
  return {
    remember(id, goodForMs) {
      const until = seen.get(id);
      if (until !== undefined && until > now()) return false;
      if (seen.size >= mostProofs) forgetExpired();
      // Full of live proofs: refusing is safe, forgetting one is not.
      if (seen.size >= mostProofs) return false;
      seen.set(id, now() + goodForMs);
      return true;
    },
  };
}
