import type { z } from 'zod';
import { invalidRequest } from '../errors/common-errors';
import type { FieldViolation } from '../errors/domain-error';

/** Maximum number of reported fields. */
const FIELD_VIOLATIONS_MAX = 20;

const toFieldPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');

/**
 * The path that an issue is reported at. A wrong key of a record is reported at the record, because
 * it may be as long as the message.
 */
export const reportedPath = ({ code, path }: z.core.$ZodIssue): readonly PropertyKey[] =>
  code === 'invalid_key' ? path.slice(0, -1) : path;

/** Converts zod's issues to field violations; an unknown key is reported at its own path. */
export const toFieldViolations = (error: z.ZodError): FieldViolation[] =>
  error.issues
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({
            field: toFieldPath([...issue.path, key]),
            description: 'is not a known field',
          }))
        : [{ field: toFieldPath(reportedPath(issue)), description: issue.message }],
    )
    .slice(0, FIELD_VIOLATIONS_MAX);

/** The proto name of a field of a generated message. */
const toProtoName = (field: string): string =>
  field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * Validates a protobuf message against the schema and returns its content. The schema describes the
 * generated type; invalid fields are named as in the proto file, for example `lines[0].product_id`,
 * in every service.
 *
 * @throws DomainError INVALID_REQUEST that names every invalid field
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
