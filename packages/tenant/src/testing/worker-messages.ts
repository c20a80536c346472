import type { MessagePort } from 'node:worker_threads';
import { ConfigError, type ConfigIssue } from '../config/config-error.ts';
import { ControlError, type ControlErrorCode } from '../control/control-error.ts';
import type { TestTenantOptions } from './test-tenant.ts';

/** What crosses to the thread of a tenant and back. */
export interface CallMessage {
  /** Which tenant; a new one for `create`. */
  readonly tenant: number;
  /** `create`, or the way to a member of `TestTenant`: `['users', 'create']`. */
  readonly member: 'create' | readonly string[];
  readonly args: readonly unknown[];
  readonly reply: MessagePort;
  /** Of a caller who stands still until it is 1. */
  readonly done?: Int32Array;
}

export type Answer = { readonly value: unknown } | { readonly error: SentError };

interface SentError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
  readonly issues?: readonly ConfigIssue[] | undefined;
}

/** `Error`s are cloned without what is their own. */
export function sendError(error: unknown): SentError {
  const { name, message, code, issues } = error as SentError;
  return { name, message, code, issues };
}

export function receiveError({ name, message, code, issues }: SentError): Error {
  if (name === 'ControlError') return new ControlError(code as ControlErrorCode, message);
  if (name === 'ConfigError' && issues) return new ConfigError(issues);
  return Object.assign(new Error(message), { name });
}

export type SentOptions = Omit<TestTenantOptions, 'actions' | 'onError'>;
