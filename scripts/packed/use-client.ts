import {
  createFlashReserveClient,
  isProblem,
  ReservationEndedError,
  type Reserved,
} from '@flashreserve/client';

const client = createFlashReserveClient({ baseUrl: 'http://localhost:1' });

export const reserve = async (productId: string): Promise<Reserved | undefined> => {
  try {
    return await client.reservations.reserve(productId, { quantity: 2 });
  } catch (error) {
    if (isProblem(error, 'OUT_OF_STOCK') || error instanceof ReservationEndedError) {
      return undefined;
    }
    throw error;
  }
};

// @ts-expect-error: a quantity is a number
export const wrong = client.reservations.reserve('p', { quantity: 'two' });
