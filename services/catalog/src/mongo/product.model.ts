import { type Connection, type Model, Schema } from 'mongoose';
import type { Product } from '../domain/product';

/** A stored product. */
export interface ProductDocument {
  readonly _id: string;
  readonly name: string;
  readonly description: string;
  readonly priceMinorUnits: number;
  readonly currencyCode: string;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  readonly initialStock: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const units = { type: Number, required: true } as const;

/**
 * No index has a counter among its keys: those of a hot product change hundreds of times a second.
 * Ids already are in creation order.
 */
const schema = new Schema<ProductDocument>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    description: { type: String },
    priceMinorUnits: { type: Number, required: true },
    currencyCode: { type: String, required: true },
    available: units,
    held: units,
    sold: units,
    initialStock: units,
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'products', versionKey: false, strict: 'throw', strictQuery: 'throw' },
);

export const createProductModel = (connection: Connection): Model<ProductDocument> =>
  connection.model<ProductDocument>('Product', schema);

export const toProduct = (record: ProductDocument): Product => ({
  productId: record._id,
  name: record.name,
  description: record.description,
  price: { minorUnits: record.priceMinorUnits, currencyCode: record.currencyCode },
  available: record.available,
  held: record.held,
  sold: record.sold,
  initialStock: record.initialStock,
  createdAt: record.createdAt,
  updatedAt: record.updatedAt,
});

export const toProductRecord = (product: Product): ProductDocument => ({
  _id: product.productId,
  name: product.name,
  description: product.description,
  priceMinorUnits: product.price.minorUnits,
  currencyCode: product.price.currencyCode,
  available: product.available,
  held: product.held,
  sold: product.sold,
  initialStock: product.initialStock,
  createdAt: product.createdAt,
  updatedAt: product.updatedAt,
});
