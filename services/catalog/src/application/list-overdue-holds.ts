import type { Clock } from '@flashreserve/ops';
import { decodePageToken, encodePageToken } from '@flashreserve/rpc';
import { z } from 'zod';
import type { Hold } from '../domain/hold';
import { type Page, toPage } from './page';
import type { HoldRepository } from './ports';

export interface ListOverdueHoldsQuery {
  /** Only holds that became overdue at least this long ago, in milliseconds. */
  readonly overdueForMs: number;
  readonly pageSize: number;
  readonly pageToken: string;
}

const cursorSchema = z
  .strictObject({ expireTimeMs: z.number().int().min(-8.64e15).max(8.64e15), after: z.uuid() })
  .transform(({ expireTimeMs, after }) => ({
    expireTime: new Date(expireTimeMs),
    reservationId: after,
  }));

/** Lists holds that are still HELD after their time is up by catalog's clock, oldest first. */
export const createListOverdueHolds =
  (deps: { readonly holds: HoldRepository; readonly clock: Clock }) =>
  async ({ overdueForMs, pageSize, pageToken }: ListOverdueHoldsQuery): Promise<Page<Hold>> => {
    const found = await deps.holds.listOverdue({
      dueAt: new Date(deps.clock.now().getTime() - overdueForMs),
      after: decodePageToken(cursorSchema, pageToken),
      limit: pageSize + 1,
    });
    return toPage(found, pageSize, ({ overdueTime, reservationId }) =>
      encodePageToken({ expireTimeMs: overdueTime.getTime(), after: reservationId }),
    );
  };
