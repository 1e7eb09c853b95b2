import { v5, v7 } from 'uuid';

/** A new UUID version 7: unique, with unguessable random bits, and sortable by creation time. */
export const newId = (): string => v7();

/**
 * The UUID version 5 of `name` in `namespace`: the same input always gives the same id, on every
 * instance.
 */
export const deriveId = (namespace: string, name: string): string => v5(name, namespace);
