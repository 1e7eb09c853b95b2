import type { IncomingMessage } from 'node:http';

/**
 * The `Authorization` header as it was sent. Node keeps the first of several and forgets the others, while a proxy may
 * look at the last one; so several are put together, and no verifier takes the result for a token.
 */
export const authorizationOf = ({ headers, rawHeaders }: IncomingMessage): string | undefined => {
  if (headers.authorization === undefined) return undefined;
  const values = rawHeaders.filter(
    (_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization',
  );
  return values.length > 1 ? values.join(', ') : headers.authorization;
};
