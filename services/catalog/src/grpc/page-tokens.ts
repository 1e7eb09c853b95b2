import { createHash } from 'node:crypto';
import { createPageTokens, type PageFilter } from '@flashreserve/rpc';
import { z } from 'zod';
import type { OverdueCursor } from '../application/ports';

/** Of a list that is ordered by product id. */
const productTokens = createPageTokens({
  schema: z.strictObject({ after: z.uuid() }).transform(({ after }) => after),
  toContent: (after: string) => ({ after }),
});

export const productListTokens = productTokens;
export const auditTokens = productTokens;

/** A digest, because page tokens must stay short. */
export const auditFilter = (productIds: readonly string[]): PageFilter => ({
  filter: createHash('sha256')
    .update([...productIds].sort().join())
    .digest('base64url'),
});

export const overdueTokens = createPageTokens<OverdueCursor>({
  schema: z
    .strictObject({ expireTimeMs: z.number().int().min(-8.64e15).max(8.64e15), after: z.uuid() })
    .transform(({ expireTimeMs, after }) => ({
      overdueAt: new Date(expireTimeMs),
      reservationId: after,
    })),
  toContent: ({ overdueAt, reservationId }) => ({
    expireTimeMs: overdueAt.getTime(),
    after: reservationId,
  }),
});
