import { createPageTokens, EMAIL_LENGTH_MAX } from '@flashreserve/rpc';
import { z } from 'zod';
import type { EndedSession } from '../application/ports';

export const revokedTokens = createPageTokens<EndedSession>({
  schema: z.strictObject({ sessionId: z.string().max(64), endedAt: z.coerce.date() }),
  toContent: ({ sessionId, endedAt }) => ({ sessionId, endedAt }),
});

export const apiClientTokens = createPageTokens({
  schema: z.strictObject({ after: z.string().max(64) }).transform(({ after }) => after),
  toContent: (after: string) => ({ after }),
});

export const userTokens = createPageTokens({
  schema: z
    .strictObject({ after: z.string().max(EMAIL_LENGTH_MAX) })
    .transform(({ after }) => after),
  toContent: (after: string) => ({ after }),
});
