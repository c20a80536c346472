import { z } from 'zod';
import type { ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { listOf, OAuthError } from '../errors.ts';
import { isEmailAddress } from '../users/signup.ts';

export interface StartRequest {
  readonly connection: ConnectionConfig;
  readonly identifier: string;
  readonly form: 'code' | 'link';
  readonly authParams: Readonly<Record<string, string>>;
}

const allowedProperties = [
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'tenant',
  'connection',
  'email',
  'phone_number',
  'send',
  'authParams',
] as const;

export const bad = (property: string, description: string, explanation = `${description}.`) =>
  new OAuthError(`bad.${property}`, description, { explanation });

const missing = (property: string) => bad(property, `Missing required property: ${property}`);

/** What no client is needed for. Rejects with `bad.request`, `bad.tenant` or `bad.client_id`. */
export function checkEnvelope(tenant: TenantContext, body: Readonly<Record<string, unknown>>): void {
  const unknown = Object.keys(body).filter((name) => !(allowedProperties as readonly string[]).includes(name));
  if (unknown.length > 0) throw bad('request', `the following properties are not allowed: ${unknown.join(', ')}`);
  if (body.tenant !== undefined && body.tenant !== tenant.registry.config.name) {
    throw bad(
      'tenant',
      'error in tenant - tenant validation failed: invalid_tenant',
      `The request is for the tenant ${describe(body.tenant)}; this one is called ${tenant.registry.config.name}.`,
    );
  }
  if (body.client_id === undefined || body.client_id === '') throw missing('client_id');
  if (typeof body.client_id !== 'string') {
    throw bad('client_id', `error in client_id - invalid type: ${typeOf(body.client_id)} (expected string)`);
  }
}

/** The rest of the body. Rejects with `bad.connection`, `bad.email`, `bad.phone_number`, `bad.send` or `bad.authParams`. */
export function readStart(
  tenant: TenantContext,
  usable: readonly ConnectionConfig[],
  body: Readonly<Record<string, unknown>>,
): StartRequest {
  const recipient = readRecipient(tenant, usable, body);
  const form = readForm(body.send, recipient.connection.strategy === 'sms');
  return { ...recipient, form, authParams: readAuthParams(body.authParams) };
}

/** Whom a code is for. Rejects with `bad.connection`, `bad.email` or `bad.phone_number`. */
export function readRecipient(
  tenant: TenantContext,
  usable: readonly ConnectionConfig[],
  body: Readonly<Record<string, unknown>>,
): Pick<StartRequest, 'connection' | 'identifier'> {
  const connection = readConnection(tenant, usable, body.connection);
  const isSms = connection.strategy === 'sms';
  return { connection, identifier: isSms ? readPhoneNumber(body.phone_number) : readEmail(body.email) };
}

function readConnection(tenant: TenantContext, usable: readonly ConnectionConfig[], name: unknown): ConnectionConfig {
  if (name === undefined || name === '') throw missing('connection');
  const connection = typeof name === 'string' ? tenant.registry.connection(name) : undefined;
  const passwordless = usable.filter(({ strategy }) => strategy === 'email' || strategy === 'sms');
  const offer = `Passwordless connections of the client: ${listOf(passwordless.map((one) => one.name))}.`;
  if (connection === undefined) {
    throw bad('connection', 'Connection does not exist', `There is no connection ${describe(name)}. ${offer}`);
  }
  if (connection.strategy !== 'email' && connection.strategy !== 'sms') {
    throw bad(
      'connection',
      'Connection is not a passwordless strategy',
      `Connection ${connection.name} is of strategy ${connection.strategy}. ${offer}`,
    );
  }
  if (!usable.includes(connection)) {
    throw bad(
      'connection',
      'Connection is disabled',
      `Connection ${connection.name} is not enabled for the client. ${offer}`,
    );
  }
  return connection;
}

function readEmail(value: unknown): string {
  if (value === undefined || value === '') throw missing('email');
  if (typeof value !== 'string' || !isEmailAddress(value.trim())) {
    throw bad('email', `error in email - invalid format: ${typeOf(value)} (expected an email address)`);
  }
  return value.trim();
}

function readPhoneNumber(value: unknown): string {
  if (value === undefined || value === '') throw missing('phone_number');
  if (typeof value !== 'string' || !/^\+[0-9]{1,15}$/.test(value)) {
    throw bad('phone_number', 'String does not match pattern: ^\\+[0-9]{1,15}$');
  }
  return value;
}

/** A link unless told otherwise; text messages only ever hold a code. */
function readForm(send: unknown, isSms: boolean): 'code' | 'link' {
  if (isSms && (send === undefined || send === '' || send === 'code')) return 'code';
  if (!isSms && send === 'code') return 'code';
  const isLink = send === undefined || send === '' || send === 'link' || send === 'link_ios' || send === 'link_android';
  if (!isSms && isLink) return 'link';
  throw bad('send', `error in send - ${describe(send)} is not allowed; ${isSms ? 'code' : 'code or link'} is`);
}

const authParamsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

function readAuthParams(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined || value === '' || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw bad('authParams', `error in authParams - invalid type: ${typeOf(value)} (expected object)`);
  }
  const { data } = authParamsSchema.safeParse(value);
  if (data === undefined) {
    throw bad('authParams', 'error in authParams - its properties must be strings');
  }
  return Object.fromEntries(Object.entries(data).map(([name, one]) => [name, String(one)]));
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Short enough for a log, whatever was sent. */
function describe(value: unknown): string {
  return (typeof value === 'string' ? value : typeOf(value)).slice(0, 100);
}
