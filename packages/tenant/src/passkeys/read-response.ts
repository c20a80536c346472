import { z } from 'zod';

const bytes = z.string().regex(/^[A-Za-z0-9_-]+={0,2}$/);
const common = {
  id: bytes,
  rawId: bytes,
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish(),
  clientExtensionResults: z.record(z.string(), z.unknown()).nullish(),
};

const attestationSchema = z.object({
  ...common,
  response: z.object({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: z.array(z.string().max(32)).max(10).nullish(),
  }),
});
const assertionSchema = z.object({
  ...common,
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.nullish(),
  }),
});

/** What an authenticator answered when it made a passkey. */
export type Attestation = z.infer<typeof attestationSchema>;
/** What it answered when one was used. */
export type Assertion = z.infer<typeof assertionSchema>;

export type AuthenticatorResponse =
  | { readonly kind: 'attestation'; readonly value: Attestation }
  | { readonly kind: 'assertion'; readonly value: Assertion };

/** An `authn_response`: an object, or its JSON text. Undefined when it is neither of the two forms. */
export function readAuthenticatorResponse(input: unknown): AuthenticatorResponse | undefined {
  const value = typeof input === 'string' ? parseJson(input) : input;
  const attestation = attestationSchema.safeParse(value);
  if (attestation.success) return { kind: 'attestation', value: attestation.data };
  const assertion = assertionSchema.safeParse(value);
  return assertion.success ? { kind: 'assertion', value: assertion.data } : undefined;
}

const clientDataSchema = z.object({ origin: z.string(), crossOrigin: z.boolean().default(false) });

/** Where the browser says, in the signed client data, that it was; `crossOrigin`: in a frame of a page of another origin. */
export function whereUsed(clientDataJson: string): z.infer<typeof clientDataSchema> {
  const value = parseJson(Buffer.from(clientDataJson, 'base64url').toString('utf8'));
  return clientDataSchema.safeParse(value).data ?? { origin: '', crossOrigin: false };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
