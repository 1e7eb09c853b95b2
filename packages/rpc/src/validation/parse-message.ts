import type { z } from 'zod';
import { invalidRequest } from '../errors/common-errors';
import type { FieldViolation } from '../errors/domain-error';

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

/** A field of a generated message class under its name in the proto file. */
const toProtoName = (field: string): string =>
  field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * Returns the content of a protobuf message as the schema describes it. The schema speaks of the generated type, and
 * wrong fields are named as in the proto file, for example `lines[0].product_id`, whatever the service.
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
