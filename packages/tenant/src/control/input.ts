import { z } from 'zod';
import { explainIssue } from '../config/explain-issue.ts';
import { fixedCodeSchema, userSchema } from '../config/schema.ts';
import { ControlError } from './control-error.ts';

/** What the control API takes, checked the same in-process and over HTTP. */

const id = z.string().min(1);
const limit = z.coerce.number().int().min(1).max(10_000).optional();
const afterId = z.coerce.number().int().min(0).optional();
/** Longest wait over one call, in milliseconds. */
const timeoutMs = z.coerce.number().int().min(0).max(120_000).default(5_000);

/** Permissions and roles belong to the configuration. */
export const newUserSchema = userSchema.omit({ permissions: true, roles: true });
export const userChangesSchema = z
  .strictObject({
    email: z.email(),
    emailVerified: z.boolean(),
    username: z.string().min(1),
    phoneNumber: z.string().min(1),
    password: z.string().min(1),
    profile: z.record(z.string(), z.string()),
    userMetadata: z.record(z.string(), z.unknown()),
    appMetadata: z.record(z.string(), z.unknown()),
    blocked: z.boolean(),
  })
  .partial();

export const userFilterSchema = z.strictObject({
  search: z.string().optional(),
  limit,
  offset: z.coerce.number().int().min(0).optional(),
});

const outboxFilter = { to: z.string().optional(), template: z.string().optional(), afterId };
export const outboxFilterSchema = z.strictObject({ ...outboxFilter, limit });
export const outboxWaitSchema = z.strictObject({ ...outboxFilter, timeoutMs });

export const lastCodeSchema = z.strictObject({ to: z.string().min(1), template: z.string().optional() });

export const lastMessageSchema = z.strictObject({ to: z.string().min(1), template: z.string().optional() });
export const fixedCodeChangeSchema = z.strictObject({ to: z.string().min(1), code: fixedCodeSchema.nullable() });

/** Over HTTP these come as texts. */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
export const importUsersSchema = z.strictObject({ connection: z.string().optional(), upsert: flag.default(false) });

export const eventFilterSchema = z.strictObject({ type: z.string().optional(), afterId, limit });
export const eventWaitSchema = z.strictObject({
  type: z.string().optional(),
  outcome: z.enum(['success', 'failure']).optional(),
  clientId: z.string().optional(),
  userId: z.string().optional(),
  afterId,
  timeoutMs,
});

export const clockChangeSchema = z.union(
  [
    z.strictObject({ set: z.number().min(0).max(8.64e15), running: z.boolean().optional() }),
    z.strictObject({ advance: z.number() }),
    z.strictObject({ reset: z.literal(true) }),
  ],
  { error: 'must be {"set": MS, "running"?: true}, {"advance": MS} or {"reset": true}; times are milliseconds' },
);

const times = z.number().int().min(1).max(1_000).default(1);
const path = z.string().startsWith('/', { error: 'must be a path such as /oauth/token, or a prefix such as /u/*' });
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('drop'), path, times }),
  z.strictObject({ kind: z.literal('delay'), path, ms: z.number().int().min(0).max(600_000), times }),
  z.strictObject({
    kind: z.literal('respond'),
    path,
    status: z.number().int().min(200).max(599),
    body: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    times,
  }),
  z.strictObject({
    kind: z.literal('id_token'),
    claim: z.enum(['iss', 'aud', 'nonce', 'sub', 'exp', 'signature']),
    value: z.string().optional(),
    times,
  }),
]);

export const sessionFilterSchema = z.strictObject({ userId: id.optional(), limit });
export const familyFilterSchema = z.strictObject({ userId: id.optional(), clientId: id.optional(), limit });

export const signInSchema = z.strictObject({
  user: id,
  clientId: id.optional(),
  audience: z.string().optional(),
  scope: z.string().optional(),
  mfa: z.boolean().default(false),
});
export const sessionStateSchema = z.strictObject({ user: id, mfa: z.boolean().default(false) });

export const subjectTokenSchema = z.strictObject({
  type: z.string().min(1),
  claims: z.record(z.string(), z.unknown()).default({}),
  lifetime: z.number().int().default(300),
});
export const nativeTokenSchema = z.strictObject({
  connection: z.string().min(1),
  email: z.email(),
  name: z.string().min(1).optional(),
  emailVerified: z.boolean().default(true),
  type: z.string().optional(),
});
export const invitationSchema = z.strictObject({
  organization: z.string().min(1),
  email: z.email().optional(),
  loginUri: z.url().optional(),
});

export const importSchema = z.strictObject({
  format: z.literal('postern-tenant'),
  version: z.literal(1),
  tables: z.record(z.string(), z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()])))),
});

/** @throws ControlError `invalid_request` that says where, what is wrong, and what is allowed. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap((issue) => explainIssue(issue, schema, input));
  throw new ControlError(
    'invalid_request',
    issues.map(({ path: at, message }) => (at ? `${at}: ${message}` : message)).join('\n'),
  );
}
