import { type FieldViolation, invalidRequest } from '@flashreserve/rpc';
import { BOUNDS } from '../../limits/bounds';

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
};

/**
 * Parses the query of a URL. Stricter than Node's parser: invalid percent-encoding and repeated
 * parameters are rejected.
 *
 * @throws DomainError INVALID_REQUEST naming the parameters
 */
export const parseQuery = (url: string): Readonly<Record<string, string>> => {
  const start = url.indexOf('?');
  const pairs =
    start === -1
      ? []
      : url
          .slice(start + 1)
          // One more than the maximum: enough to detect an excess without splitting the rest.
          .split('&', BOUNDS.queryParametersMax + 1)
          .filter((pair) => pair !== '');
  if (pairs.length > BOUNDS.queryParametersMax) {
    throw invalidRequest([
      { field: '/query', description: `must have at most ${BOUNDS.queryParametersMax} parameters` },
    ]);
  }
  const parameters = new Map<string, string>();
  const violations: FieldViolation[] = [];
  for (const pair of pairs) {
    const split = pair.indexOf('=');
    const name = decode(split === -1 ? pair : pair.slice(0, split));
    const value = decode(split === -1 ? '' : pair.slice(split + 1));
    const field = `/query/${name ?? ''}`;
    if (name === undefined || value === undefined) {
      violations.push({ field, description: 'is not valid percent-encoding' });
    } else if (parameters.has(name)) {
      violations.push({ field, description: 'must be given once' });
    } else {
      parameters.set(name, value);
    }
  }
  if (violations.length > 0) throw invalidRequest(violations.slice(0, 20));
  return Object.fromEntries(parameters);
};
