import type { IncomingMessage } from 'node:http';

const NAME = 'authorization';

/**
 * The `Authorization` header as sent. Node keeps only the first of several, while a proxy may use
 * the last one; several are therefore joined, which no verifier accepts as a token.
 */
export const authorizationOf = ({ headers, rawHeaders }: IncomingMessage): string | undefined => {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    // The length first: it is free, and lowercasing every name is not.
    if (name.length === NAME.length && name.toLowerCase() === NAME) {
      values.push(rawHeaders[index + 1] ?? '');
    }
  }
  return values.length > 1 ? values.join(', ') : authorization;
};
