import type { z } from 'zod';
import { type FieldViolation, invalidRequest } from '../errors';

/** Longest list of wrong fields in one answer. */
const FIELD_VIOLATIONS_MAX = 20;

const toFieldPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');

/** Turns zod's issues into field violations; an unknown key is reported at its own path. */
export const toFieldViolations = (error: z.ZodError): FieldViolation[] =>
  error.issues
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({
            field: toFieldPath([...issue.path, key]),
            description: 'is not a known field',
          }))
        : [{ field: toFieldPath(issue.path), description: issue.message }],
    )
    .slice(0, FIELD_VIOLATIONS_MAX);

/**
 * Returns the request as the schema describes it.
 *
 * @throws DomainError INVALID_REQUEST that names every wrong field
 */
export const parseRequest = <Schema extends z.ZodType>(
  schema: Schema,
  request: unknown,
): z.output<Schema> => {
  const result = schema.safeParse(request);
  if (!result.success) throw invalidRequest(toFieldViolations(result.error));
  return result.data;
};

/** A field of a generated message class under its name in the proto file. */
const toProtoName = (field: string): string =>
  field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * As `parseRequest` for a protobuf message: the schema describes the generated type, and wrong fields are named
 * as in the proto file, for example `lines[0].product_id`.
 *
 * @throws DomainError INVALID_REQUEST that names every wrong field
 */
export const parseMessage = <Schema extends z.ZodType>(
  schema: Schema,
  message: object,
): z.output<Schema> => {
  const result = schema.safeParse(message);
  if (result.success) return result.data;
  throw invalidRequest(
    toFieldViolations(result.error).map(({ field, description }) => ({
      field: toProtoName(field),
      description,
    })),
  );
};
