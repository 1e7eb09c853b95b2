import { BOUNDS } from '../../limits/bounds';
import { unreadableBody, unsupportedMediaType } from '../gateway-errors';
import type { BodyParser } from './body-bytes';

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/**
 * Parses a form; undefined if there is no body. A field that is repeated has all its values.
 *
 * @throws DomainError UNSUPPORTED_MEDIA_TYPE; INVALID_REQUEST for too many fields
 */
export const parseFormBody: BodyParser = (req, bytes) => {
  if (bytes.length === 0) return undefined;
  if (!FORM_TYPE.test(req.headers['content-type'] ?? '')) throw unsupportedMediaType();
  const fields = [...new URLSearchParams(bytes.toString('utf8'))];
  if (fields.length > BOUNDS.bodyValuesMax) {
    throw unreadableBody(`must not have more than ${BOUNDS.bodyValuesMax} values in all`);
  }
  const values = new Map<string, [string, ...string[]]>();
  for (const [name, value] of fields) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return Object.fromEntries(
    [...values].map(([name, all]) => [name, all.length === 1 ? all[0] : all]),
  );
};
