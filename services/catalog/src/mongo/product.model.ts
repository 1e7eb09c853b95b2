import type { Metadata } from '@flashreserve/contracts';
import { type Connection, type Model, Schema } from 'mongoose';
import {
  type PriceSnapshot,
  type Product,
  priceSnapshotOf,
  type StockLevels,
} from '../domain/product';

/** A stored product. */
export interface ProductDocument {
  readonly _id: string;
  readonly name: string;
  readonly description: string;
  readonly priceMinorUnits: number;
  readonly currencyCode: string;
  /** Absent if it has none. */
  readonly sku?: string;
  /** Sorted by key. Absent if there are none. */
  readonly metadata?: Metadata;
  /** Absent in products of earlier versions, which have revision 1 until they are changed. */
  readonly revision?: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  /** Absent while no unit was written off. */
  readonly writtenOff?: number;
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
    sku: { type: String },
    metadata: {
      type: [{ _id: false, key: { type: String }, value: { type: String } }],
      default: undefined,
    },
    revision: { type: Number },
    available: units,
    held: units,
    sold: units,
    writtenOff: { type: Number },
    initialStock: units,
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'products', versionKey: false, strict: 'throw', strictQuery: 'throw' },
);

export const createProductModel = (connection: Connection): Model<ProductDocument> =>
  connection.model<ProductDocument>('Product', schema);

const toPrice = ({
  priceMinorUnits,
  currencyCode,
}: Pick<ProductDocument, 'priceMinorUnits' | 'currencyCode'>) => ({
  minorUnits: priceMinorUnits,
  currencyCode,
});

/** The counters of a product. */
export const LEVEL_FIELDS = { available: 1, held: 1, sold: 1, writtenOff: 1 } as const;

export const toStockLevels = ({
  available,
  held,
  sold,
  writtenOff = 0,
}: Pick<ProductDocument, keyof typeof LEVEL_FIELDS>): StockLevels => ({
  available,
  held,
  sold,
  writtenOff,
});

/** The fields of a product that a hold copies. */
export const SNAPSHOT_FIELDS = { name: 1, priceMinorUnits: 1, currencyCode: 1, sku: 1 } as const;

export const toPriceSnapshot = (
  record: Pick<ProductDocument, keyof typeof SNAPSHOT_FIELDS>,
): PriceSnapshot => priceSnapshotOf({ price: toPrice(record), name: record.name, sku: record.sku });

export const toProduct = (record: ProductDocument): Product => ({
  productId: record._id,
  name: record.name,
  description: record.description,
  price: toPrice(record),
  ...(record.sku === undefined ? {} : { sku: record.sku }),
  ...(record.metadata === undefined ? {} : { metadata: record.metadata }),
  revision: record.revision ?? 1,
  available: record.available,
  held: record.held,
  sold: record.sold,
  writtenOff: record.writtenOff ?? 0,
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
  ...(product.sku === undefined ? {} : { sku: product.sku }),
  ...(product.metadata === undefined ? {} : { metadata: product.metadata }),
  revision: product.revision,
  available: product.available,
  held: product.held,
  sold: product.sold,
  ...(product.writtenOff === 0 ? {} : { writtenOff: product.writtenOff }),
  initialStock: product.initialStock,
  createdAt: product.createdAt,
  updatedAt: product.updatedAt,
});
