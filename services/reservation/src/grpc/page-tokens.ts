import { createPageTokens } from '@flashreserve/rpc';
import { z } from 'zod';
import type { ListCursor } from '../application/ports';

export const listTokens = createPageTokens<ListCursor>({
  schema: z
    .strictObject({
      createdAt: z.iso.datetime().transform((time) => new Date(time)),
      id: z.uuid(),
    })
    .transform(({ createdAt, id }) => ({ createdAt, reservationId: id })),
  toContent: ({ createdAt, reservationId }) => ({ createdAt, id: reservationId }),
});
