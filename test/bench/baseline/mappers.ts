import type { ProductDocument, ReservationDocument } from './models';

/** A product as clients see it. */
export const toProduct = (product: ProductDocument) => ({
  productId: product._id,
  name: product.name,
  description: product.description,
  price: product.price,
  currency: product.currency,
  stockQuantity: product.available,
  createdAt: product.createdAt,
  updatedAt: product.updatedAt,
});

/** A reservation as clients see it. */
export const toReservation = (reservation: ReservationDocument) => ({
  reservationId: reservation._id,
  status: reservation.status,
  items: [{ productId: reservation.productId, quantity: reservation.quantity }],
  productId: reservation.productId,
  quantity: reservation.quantity,
  expiresAt: reservation.expiresAt,
  createdAt: reservation.createdAt,
  ...(reservation.confirmedAt === undefined ? {} : { confirmedAt: reservation.confirmedAt }),
  ...(reservation.cancelledAt === undefined ? {} : { cancelledAt: reservation.cancelledAt }),
});
