import { pino } from 'pino';

/** Error properties that are safe to log because they never contain secrets. */
const SAFE_MEMBERS = [
  'code',
  'codeName',
  'errno',
  'syscall',
  'address',
  'port',
  'kind',
  'reason',
  'status',
] as const;

/** Maximum number of logged errors of an AggregateError, for example one per address tried. */
const ERRORS_MAX = 5;

// Errors of another realm are not instances of our Error.
const isError = (thrown: object): thrown is Error =>
  'message' in thrown && typeof thrown.message === 'string';

/**
 * The logged parts of an error: type, message and stack with those of its causes, and the
 * properties above.
 *
 * Everything else is omitted, because libraries attach the data they were processing: a refused
 * Redis command has its arguments (of AUTH: the password), an invalid URL its credentials, a failed
 * write its document.
 */
export const serializeError = (thrown: unknown): unknown => {
  if (typeof thrown !== 'object' || thrown === null) return thrown;
  if (!isError(thrown)) return Object.prototype.toString.call(thrown);
  const { type, message, stack } = pino.stdSerializers.err(thrown);
  const members = SAFE_MEMBERS.flatMap((name) => {
    const value: unknown = Reflect.get(thrown, name);
    return typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [];
  });
  const errors: unknown = Reflect.get(thrown, 'errors');
  return {
    type,
    message,
    stack,
    ...Object.fromEntries(members),
    ...(Array.isArray(errors) && { errors: errors.slice(0, ERRORS_MAX).map(serializeError) }),
  };
};
