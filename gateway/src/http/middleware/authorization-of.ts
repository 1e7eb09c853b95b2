import type { IncomingMessage } from 'node:http';

/**
 * The `Authorization` header as sent. Node keeps only the first of several, while a proxy may use
 * the last one; several are therefore joined, which no verifier accepts as a token.
 */
export const authorizationOf = ({ headers, rawHeaders }: IncomingMessage): string | undefined => {
  if (headers.authorization === undefined) return undefined;
  const values = rawHeaders.filter(
    (_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization',
  );
  return values.length > 1 ? values.join(', ') : headers.authorization;
};
