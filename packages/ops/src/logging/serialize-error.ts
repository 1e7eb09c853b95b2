import { pino } from 'pino';

/** What errors of Node, of the stores and of ours say about themselves beyond their message, and what can hold no secret. */
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

/** Of errors that hold several, such as one for each address that was tried, this many are kept. */
const ERRORS_MAX = 5;

// Errors of another realm are no instances of our Error.
const isError = (thrown: object): thrown is Error =>
  'message' in thrown && typeof thrown.message === 'string';

/**
 * What the log keeps of an error: type, message and stack with those of its causes, and a few members by name.
 *
 * Everything else stays out, because libraries hang what they were working on to their errors: a refused Redis command
 * carries its arguments (of AUTH: the password), an unreadable URL itself with its credentials, a failed write the document.
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
