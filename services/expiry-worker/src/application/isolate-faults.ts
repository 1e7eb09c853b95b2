import { DomainError, type DomainErrorKind, type EntryOutcome } from '@flashreserve/rpc';

/**
 * Error kinds that a single bad entry can cause. Any other (outage, deadline, missing permission,
 * overload) would fail every part of the batch too, so splitting would only add load.
 */
const ENTRY_FAULT_KINDS: ReadonlySet<DomainErrorKind> = new Set([
  'invalid',
  'not-found',
  'already-exists',
  'precondition',
  'internal',
]);

const isEntryFault = (error: unknown): boolean =>
  error instanceof DomainError && ENTRY_FAULT_KINDS.has(error.kind);

/**
 * Calls with the whole batch. If a single entry may have caused a failure, the batch is bisected
 * down to single entries, so that only the bad entry fails: among 500 it costs about 18 extra
 * calls.
 *
 * Returns an outcome for every id and never rejects. The call must be idempotent.
 */
export const isolateFaults = async <Value>(
  ids: readonly string[],
  call: (ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
): Promise<ReadonlyMap<string, EntryOutcome<Value>>> => {
  if (ids.length === 0) return new Map();
  try {
    const values = await call(ids);
    return new Map(ids.map((id) => [id, toOutcome(id, values)]));
  } catch (error) {
    if (ids.length === 1 || !isEntryFault(error)) {
      return new Map(ids.map((id) => [id, { ok: false, error }]));
    }
  }
  const middle = ids.length >> 1;
  return new Map([
    ...(await isolateFaults(ids.slice(0, middle), call)),
    ...(await isolateFaults(ids.slice(middle), call)),
  ]);
};

const toOutcome = <Value>(id: string, values: ReadonlyMap<string, Value>): EntryOutcome<Value> => {
  const value = values.get(id);
  return value === undefined
    ? { ok: false, error: new Error(`The response has no entry for ${id}.`) }
    : { ok: true, value };
};
