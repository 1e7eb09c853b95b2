import { v5, v7 } from 'uuid';

/** A new UUID version 7: unique, unguessable in its random part, and sortable by time of creation. */
export const newId = (): string => v7();

/** The UUID version 5 of `name` in `namespace`: the same input gives the same id on every instance, for ever. */
export const deriveId = (namespace: string, name: string): string => v5(name, namespace);
