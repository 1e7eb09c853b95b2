import fc from 'fast-check';
import type { ApiDocument, JsonSchema } from './openapi';

/** Existing values, by name of the field. */
export type KnownValues = Readonly<Record<string, readonly unknown[]>>;

const STRING_LENGTH_MAX = 40;
const INTEGER_MAX = 1_000;

const printable = (schema: JsonSchema): fc.Arbitrary<string> =>
  fc.string({
    minLength: schema.minLength ?? 0,
    maxLength: Math.max(
      schema.minLength ?? 0,
      Math.min(schema.maxLength ?? STRING_LENGTH_MAX, STRING_LENGTH_MAX),
    ),
  });

const clamp = (number: number | undefined, fallback: number): number =>
  number === undefined ? fallback : Math.max(-INTEGER_MAX, Math.min(INTEGER_MAX, number));

/** Values that match a schema, or nearly; values for patterns and formats come from `known`. */
export const fromSchema = (
  given: JsonSchema,
  context: { readonly document: ApiDocument; readonly known: KnownValues },
  name = '',
): fc.Arbitrary<unknown> => {
  const schema = context.document.resolve(given);
  const known = context.known[name];
  if (known !== undefined) return fc.constantFrom(...known);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf !== undefined) {
    return fc.oneof(...schema.anyOf.map((option) => fromSchema(option, context, name)));
  }
  switch (schema.type) {
    case 'object': {
      const properties = Object.entries(schema.properties ?? {}).map(
        ([key, value]) => [key, fromSchema(value, context, key)] as const,
      );
      return fc.record(Object.fromEntries(properties), {
        requiredKeys: [...(schema.required ?? [])],
      });
    }
    case 'array':
      return fc.array(fromSchema(schema.items ?? {}, context), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, 3),
      });
    case 'integer':
      return fc.integer({ min: clamp(schema.minimum, 0), max: clamp(schema.maximum, INTEGER_MAX) });
    case 'number':
      return fc.integer({ min: 0, max: 100_000 }).map((cents) => cents / 100);
    case 'boolean':
      return fc.boolean();
    default:
      return printable(schema);
  }
};
