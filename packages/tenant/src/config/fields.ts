/** Fields that several parts of the configuration have. */
import { z } from 'zod';

export const seconds = (description: string) =>
  z
    .number()
    .int()
    .positive()
    .meta({ description: `${description} In seconds.` });
export const url = (description: string) => z.string().min(1).meta({ description });

export const mfaPolicies = ['never', 'adaptive', 'enrolled', 'always'] as const;
export const mfaFactors = ['otp', 'sms', 'voice', 'email', 'push', 'recovery-code'] as const;

export const mfaPolicy = z.enum(mfaPolicies).meta({
  description:
    'Who must prove a second factor. never: nobody. adaptive: whoever the app asks for it, by acr_values. enrolled: also everybody who has set one up. always: everybody; who has none sets one up.',
});

export const throttle = (what: string) =>
  z.strictObject({
    attempts: z
      .number()
      .int()
      .min(1)
      .meta({ description: `How many ${what} at once.` }),
    refill: z.number().positive().meta({ description: 'Then one more every so many seconds.' }),
  });

export const rateLimit = (description: string) =>
  z
    .strictObject({
      burst: z.number().int().min(1).meta({ description: 'How many requests at once.' }),
      perMinute: z.number().positive().meta({ description: 'How many come back per minute.' }),
    })
    .meta({ description });

/** PEM text, or the path of a file that holds it. */
export const pem = (what: string) =>
  z
    .string()
    .min(1)
    .meta({ description: `${what}: PEM, or the path of a PEM file.` });

export const address = (description: string, ...schemes: string[]) =>
  z
    .string()
    .refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)), {
      error: `must be an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    })
    .meta({ description });
