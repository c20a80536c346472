import { z } from 'zod';
import type { Actor } from './subject.ts';

/** The `act` claim of RFC 8693 section 4.1: whoever acts, and by whom that one is acted for in turn. */
export const actorSchema: z.ZodType<Actor> = z.object({
  sub: z.string().min(1),
  iss: z.string().optional(),
  get act() {
    return actorSchema.optional();
  },
});
