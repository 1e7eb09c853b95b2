import { randomUUID } from 'node:crypto';
import { v5, v7 } from 'uuid';

/** A new UUID version 7: unique, with unguessable random bits, and sortable by creation time. */
export const newId = (): string => v7();

/** A new id of a request: a random UUID, which costs a tenth of a sortable one. */
export const newRequestId = (): string => randomUUID();

/**
 * The UUID version 5 of `name` in `namespace`: the same input always gives the same id, on every
 * instance.
 */
export const deriveId = (namespace: string, name: string): string => v5(name, namespace);
