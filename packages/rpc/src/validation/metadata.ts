import { METADATA_LIMITS, toMetadata } from '@flashreserve/contracts';
import { z } from 'zod';
import { shownText } from './shown-text';

const { entriesMax, keyMax, valueMax } = METADATA_LIMITS;
const KEY_ERROR = `must have keys of 1 to ${keyMax} characters`;
const VALUE_ERROR = `must be text of at most ${valueMax} characters`;

/** The name that sets the prototype of an object instead of a field. */
const isFieldName = (key: string): boolean => key !== '__proto__';

/** Pairs of text as a caller sends them: `{ "gate": "A" }`. */
export const metadataRecord = z
  .record(
    shownText(z.string().min(1, KEY_ERROR).max(keyMax, KEY_ERROR), { required: true }).refine(
      isFieldName,
      'must not have the key __proto__',
    ),
    shownText(z.string(VALUE_ERROR).max(valueMax, VALUE_ERROR), {
      required: false,
      multiline: true,
    }),
    {
      error: ({ code }) =>
        code === 'invalid_key' ? KEY_ERROR : `must be an object of at most ${entriesMax} texts`,
    },
  )
  .refine(
    (record) => Object.keys(record).length <= entriesMax,
    `must have at most ${entriesMax} entries`,
  );

/** Of a gRPC request; undefined if there are no pairs. */
export const metadataMessage = z
  .object({ entries: metadataRecord })
  .transform(({ entries }) => toMetadata(entries))
  .optional();
