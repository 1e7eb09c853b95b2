/** One pair of the text that a caller attaches to an object. */
export interface MetadataEntry {
  readonly key: string;
  readonly value: string;
}

/** The pairs of an object, sorted by key: a list, because keys must never be names of fields. */
export type Metadata = readonly MetadataEntry[];

export const METADATA_LIMITS = { entriesMax: 20, keyMax: 40, valueMax: 500 } as const;

/** Pairs as callers send them, in any order. */
export const toMetadata = (record: Readonly<Record<string, string>>): Metadata =>
  Object.entries(record)
    .map(([key, value]) => ({ key, value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));

export const toMetadataRecord = (metadata: Metadata): Record<string, string> =>
  Object.fromEntries(metadata.map(({ key, value }) => [key, value]));

/** Whether both have the same pairs. None and an empty list are the same. */
export const isSameMetadata = (a: Metadata = [], b: Metadata = []): boolean =>
  a.length === b.length &&
  a.every(({ key, value }, index) => b[index]?.key === key && b[index].value === value);
