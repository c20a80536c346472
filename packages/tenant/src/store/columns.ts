import type { TransferOrigin } from './store.ts';

/** How values are kept in the column types both engines share. */

export const toFlag = (value: boolean | undefined): number => (value ? 1 : 0);
export const fromFlag = (value: number): boolean => value === 1;
export const toNull = <T>(value: T | undefined): T | null => value ?? null;
export const fromNull = <T>(value: T | null): T | undefined => value ?? undefined;
export const toJson = (value: unknown): string => JSON.stringify(value);
export const fromJson = <T>(value: string): T => JSON.parse(value) as T;

/** Scope sets are kept as the space-separated list of the protocol. */
export const toScope = (scope: readonly string[]): string => scope.join(' ');
export const fromScope = (scope: string): string[] => (scope === '' ? [] : scope.split(' '));

/** E-mail addresses and usernames are looked up in any case. */
export const toKey = (identifier: string): string => identifier.trim().toLowerCase();

interface OriginColumns {
  readonly parent_family_id: string | null;
  readonly parent_cascade: number;
}

export const toOriginColumns = (origin: TransferOrigin | undefined): OriginColumns => ({
  parent_family_id: origin?.familyId ?? null,
  parent_cascade: toFlag(origin?.cascade),
});
export const fromOriginColumns = ({
  parent_family_id: familyId,
  parent_cascade: cascade,
}: OriginColumns): TransferOrigin | undefined =>
  familyId === null ? undefined : { familyId, cascade: fromFlag(cascade) };
