import { createPageTokens } from '@flashreserve/rpc';
import { z } from 'zod';
import type { EndedSession } from '../application/ports';

export const revokedTokens = createPageTokens<EndedSession>({
  schema: z.strictObject({ sessionId: z.string().max(64), endedAt: z.coerce.date() }),
  toContent: ({ sessionId, endedAt }) => ({ sessionId, endedAt }),
});
