import { createHash } from 'node:crypto';

const DAY_MS = 86_400_000;
const HOLD_MS = 600_000;

/** What was sold in the past, spread evenly over products, customers and days. */
export interface PastSales {
  readonly reservations: number;
  readonly products: number;
  readonly customers: number;
  readonly days: number;
  /** Makes the ids of one run differ from those of another. */
  readonly run: string;
  /** The end of the last day. */
  readonly until: Date;
  /** How long catalog keeps released holds. */
  readonly idempotencyDays: number;
}

export type PastStatus = 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';

/** One past reservation with its documents, as the services and retention would have left them. */
export interface PastReservation {
  readonly productId: string;
  readonly day: Date;
  readonly status: PastStatus;
  readonly reservation: { readonly _id: string } & Readonly<Record<string, unknown>>;
  /** Undefined if retention has deleted it. */
  readonly hold: ({ readonly _id: string } & Readonly<Record<string, unknown>>) | undefined;
}

/** Of ten reservations seven are confirmed, one is cancelled and two expire. */
const STATUSES = [
  'CONFIRMED',
  'CONFIRMED',
  'EXPIRED',
  'CONFIRMED',
  'CONFIRMED',
  'CANCELLED',
  'CONFIRMED',
  'EXPIRED',
  'CONFIRMED',
  'CONFIRMED',
] as const satisfies readonly PastStatus[];

const TIME_FIELD = {
  CONFIRMED: 'confirmedAt',
  CANCELLED: 'cancelledAt',
  EXPIRED: 'expiredAt',
} as const;

/** A UUID of version 8 that is always the same for the same text. */
const uuidOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export const productIdOf = ({ run }: PastSales, product: number): string =>
  uuidOf(`${run}:product:${product}`);

export const createPastReservation = (sales: PastSales, index: number): PastReservation => {
  const { reservations, products, customers, days, run, until, idempotencyDays } = sales;
  const _id = uuidOf(`${run}:${index}`);
  const productId = productIdOf(sales, index % products);
  const customerId = uuidOf(`${run}:customer:${Math.floor(index / products) % customers}`);
  const status = STATUSES[Math.floor(index / products) % STATUSES.length] ?? 'CONFIRMED';
  const ageMs = (1 - index / reservations) * days * DAY_MS;
  const createdAt = new Date(until.getTime() - ageMs);
  const expiresAt = new Date(createdAt.getTime() + HOLD_MS);
  const endedAt = status === 'EXPIRED' ? expiresAt : new Date(createdAt.getTime() + HOLD_MS / 2);
  const day = new Date(Math.floor(endedAt.getTime() / DAY_MS) * DAY_MS);
  const lines = [{ productId, quantity: 1 }];
  const isSold = status === 'CONFIRMED';
  const isKept = isSold || ageMs < idempotencyDays * DAY_MS;
  return {
    productId,
    day,
    status,
    reservation: {
      _id,
      customerId,
      status,
      lines,
      expiresAt,
      createdAt,
      [TIME_FIELD[status]]: endedAt,
    },
    hold: isKept
      ? {
          _id,
          customerId,
          lines,
          state: isSold ? 'SOLD' : 'RELEASED',
          expireTime: expiresAt,
          reservationExpireTime: expiresAt,
          holdMs: HOLD_MS,
          createdAt,
          settledAt: endedAt,
          ...(isSold && { foldedAt: endedAt }),
        }
      : undefined,
  };
};
