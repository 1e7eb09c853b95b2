import { type Connection, type Model, Schema } from 'mongoose';

/** A product; `available` is the number of units that can be reserved. */
export interface ProductDocument {
  readonly _id: string;
  readonly name: string;
  readonly description: string;
  readonly price: number;
  readonly currency: string;
  readonly available: number;
  readonly initialStock: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type ReservationStatus = 'PENDING' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';

/** A claim to units of one product. */
export interface ReservationDocument {
  readonly _id: string;
  readonly customerId: string;
  readonly productId: string;
  readonly quantity: number;
  readonly status: ReservationStatus;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly confirmedAt?: Date;
  readonly cancelledAt?: Date;
  readonly expiredAt?: Date;
}

const text = { type: String, required: true } as const;
const number = { type: Number, required: true } as const;

const productSchema = new Schema<ProductDocument>(
  {
    _id: text,
    name: text,
    description: { type: String, default: '' },
    price: number,
    currency: text,
    available: number,
    initialStock: number,
  },
  { timestamps: true, versionKey: false },
);

const reservationSchema = new Schema<ReservationDocument>(
  {
    _id: text,
    customerId: text,
    productId: text,
    quantity: number,
    status: text,
    expiresAt: { type: Date, required: true },
    confirmedAt: { type: Date },
    cancelledAt: { type: Date },
    expiredAt: { type: Date },
  },
  { timestamps: true, versionKey: false },
).index({ customerId: 1, createdAt: -1 });

export interface Models {
  readonly products: Model<ProductDocument>;
  readonly reservations: Model<ReservationDocument>;
}

/** The two collections of the monolith, with their indexes. */
export const createModels = async (connection: Connection): Promise<Models> => {
  const products = connection.model<ProductDocument>('Product', productSchema);
  const reservations = connection.model<ReservationDocument>('Reservation', reservationSchema);
  await products.init();
  await reservations.init();
  return { products, reservations };
};
