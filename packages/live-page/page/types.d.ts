// What the page knows of the REST contract (/openapi.json) and of the event stream. For the type
// check only.

export interface Product {
  readonly productId: string;
  readonly name: string;
  readonly description: string;
  readonly price: number;
  readonly currency: string;
  readonly stockQuantity: number;
  readonly heldQuantity: number;
  readonly soldQuantity: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What the stream tells of a product (docs/live-stock.md). */
export type StockChange = Pick<
  Product,
  'productId' | 'stockQuantity' | 'heldQuantity' | 'soldQuantity'
>;

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextPageToken: string;
}

export interface ReservationItem {
  readonly productId: string;
  readonly quantity: number;
  /** The product's name when it was reserved. */
  readonly name?: string;
  /** How many of the units have been returned. */
  readonly returnedQuantity?: number;
}

export interface Reservation {
  readonly reservationId: string;
  readonly status: 'PENDING' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED' | 'RETURNED';
  readonly items: readonly ReservationItem[];
  readonly total?: number;
  /** Of the total. */
  readonly currency?: string;
  readonly expiresAt: string;
  readonly createdAt: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly refreshToken: string;
}

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: 'CUSTOMER' | 'ADMIN' | 'GUEST';
}

export interface PulseSecond {
  /** Seconds since 1970. */
  readonly time: number;
  readonly accepted: number;
  readonly refused: number;
  readonly failed: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** A refusal as RFC 9457 writes it. */
export interface ProblemBody {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly reason: string;
  readonly errors?: readonly FieldError[];
}

export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

export interface SendOptions {
  readonly body?: unknown;
  readonly token?: string;
  /** Idempotency-Key. */
  readonly key?: string;
}
