import { decodePageToken, encodePageToken, invalidPageToken } from '@flashreserve/rpc';
import { z } from 'zod';
import type { ListCursor } from '../application/ports';
import type { ReservationStatus } from '../domain/reservation';

/** The filter that a page token belongs to; tokens of another filter are refused. */
export interface ListFilter {
  readonly customerId: string;
  readonly status: ReservationStatus | undefined;
}

const tokenSchema = z.strictObject({
  customerId: z.string(),
  status: z.string(),
  createdAt: z.iso.datetime().transform((time) => new Date(time)),
  id: z.uuid(),
});

export const encodeListToken = (filter: ListFilter, cursor: ListCursor | undefined): string =>
  cursor === undefined
    ? ''
    : encodePageToken({
        customerId: filter.customerId,
        status: filter.status ?? '',
        createdAt: cursor.createdAt,
        id: cursor.id,
      });

/** @throws DomainError INVALID_PAGE_TOKEN */
export const decodeListToken = (filter: ListFilter, token: string): ListCursor | undefined => {
  const decoded = decodePageToken(tokenSchema, token);
  if (decoded === undefined) return undefined;
  if (decoded.customerId !== filter.customerId || decoded.status !== (filter.status ?? '')) {
    throw invalidPageToken();
  }
  return { createdAt: decoded.createdAt, id: decoded.id };
};
