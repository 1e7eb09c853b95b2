import { currencyDigits, isCurrency, STOCK_LIMITS } from '@flashreserve/contracts';
import { z } from 'zod';
import { toDecimal, toMinorUnits } from '../mappers/price';
import {
  EXAMPLE_IDS,
  idempotencyKeyHeader,
  instant,
  jsonObject,
  metadata,
  nextPageToken,
  pageSize,
  pageToken,
  text,
  uuid,
  wholeNumber,
} from './common.schemas';

const CURRENCY_DEFAULT = 'USD';

const units = (what: string) => z.int().meta({ description: what });

const name = text({ min: 1, max: 200 }).meta({ description: '1 to 200 characters.' });
const description = text({ min: 0, max: 2_000, multiline: true }).meta({
  description: 'At most 2,000 characters.',
});
const price = z.number('must be a number').min(0, 'must not be negative').meta({
  description: 'Price of one unit, with at most as many decimal places as the currency has.',
});
const sku = text({ min: 1, max: 64 }).meta({
  description: 'Your own id of the product, 1 to 64 characters, unique among all products.',
});
const currency = z
  .string('must be an ISO 4217 code')
  .refine(isCurrency, 'must be a current ISO 4217 code in upper case, for example "USD"')
  .meta({ description: 'ISO 4217 code.', minLength: 3, maxLength: 3 });

/** Why a price is invalid in a currency; undefined if it is valid. */
export const priceProblem = (amount: number, currencyCode: string): string | undefined => {
  if (toMinorUnits(amount, currencyCode) !== undefined) return undefined;
  if (!isCurrency(currencyCode))
    return `cannot be set in ${currencyCode}, which is no current currency`;
  const max = toDecimal({ minorUnits: STOCK_LIMITS.priceMinorUnitsMax, currencyCode });
  return amount > max
    ? `must be at most ${max} in ${currencyCode}`
    : `must have at most ${currencyDigits(currencyCode)} digits after the point in ${currencyCode}`;
};

/** Checks price and currency together, if both are given. */
const checkPrice = (
  body: { readonly price?: number | undefined; readonly currency?: string | undefined },
  context: z.RefinementCtx,
): void => {
  const { price: amount, currency: code } = body;
  if (amount === undefined || code === undefined) return;
  // Already reported: zod runs this check even if the fields themselves are invalid.
  if (amount < 0 || !isCurrency(code)) return;
  const message = priceProblem(amount, code);
  if (message !== undefined) context.addIssue({ code: 'custom', path: ['price'], message });
};

const initialUnits = wholeNumber({ min: 0, max: STOCK_LIMITS.productUnitsMax }).optional();

interface InitialQuantity {
  readonly initialQuantity?: unknown;
  readonly stockQuantity?: unknown;
}

/** Also when other fields are invalid, so that all problems are reported at once. */
const ON_INITIAL_QUANTITY = {
  path: ['initialQuantity'],
  when: ({ value }: { readonly value: unknown }): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value),
};

export const createProductBody = jsonObject({
  name,
  price,
  initialQuantity: initialUnits.meta({ description: 'Required. Initial stock, in units.' }),
  stockQuantity: initialUnits.meta({
    description: 'Older name of `initialQuantity`, still accepted.',
    deprecated: true,
  }),
  currency: currency.default(CURRENCY_DEFAULT),
  description: description.optional(),
  sku: sku.optional(),
  metadata: metadata.optional(),
})
  .superRefine(checkPrice)
  .refine(
    (body: InitialQuantity) =>
      body.initialQuantity !== undefined || body.stockQuantity !== undefined,
    { ...ON_INITIAL_QUANTITY, message: 'is required' },
  )
  .refine(
    (body: InitialQuantity) =>
      body.initialQuantity === undefined || body.stockQuantity === undefined,
    {
      ...ON_INITIAL_QUANTITY,
      message: 'cannot be given together with stockQuantity, its older name',
    },
  )
  .meta({ id: 'NewProduct' });

/** The initial stock of a valid body. */
export const initialQuantityOf = (body: z.output<typeof createProductBody>): number =>
  body.initialQuantity ?? body.stockQuantity ?? 0;

export const updateProductBody = jsonObject({
  name: name.optional(),
  price: price.optional(),
  currency: currency.optional().meta({
    description:
      'ISO 4217 code. Allowed together with `price` only; by default the currency stays unchanged.',
  }),
  description: description.optional(),
  sku: sku.nullable().optional().meta({
    description: 'Your own id of the product, unique among all products; `null` removes it.',
  }),
  metadata: metadata.optional().meta({ description: 'Replaces all earlier pairs.' }),
})
  .superRefine((body, context) => {
    checkPrice(body, context);
    if (Object.values(body).every((value) => value === undefined)) {
      context.addIssue({ code: 'custom', message: 'must change at least one field' });
    }
    if (body.currency !== undefined && body.price === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['price'],
        message: 'is required when the currency changes',
      });
    }
  })
  .meta({ id: 'ProductChange' });

const ADJUSTMENT_MESSAGE = `must be a whole number, not 0, of at most ${STOCK_LIMITS.productUnitsMax} either way`;

export const stockAdjustmentBody = jsonObject({
  delta: z
    .int(ADJUSTMENT_MESSAGE)
    .min(-STOCK_LIMITS.productUnitsMax, ADJUSTMENT_MESSAGE)
    .max(STOCK_LIMITS.productUnitsMax, ADJUSTMENT_MESSAGE)
    .refine((delta) => delta !== 0, ADJUSTMENT_MESSAGE)
    .meta({ description: 'Units to add, or to remove if negative. Not 0.' }),
  reason: text({ min: 1, max: 200 }).meta({
    description: 'Why the stock is adjusted: 1 to 200 characters.',
  }),
}).meta({ id: 'NewStockAdjustment' });

export const productId = uuid('Id of the product.', EXAMPLE_IDS.product);
export const productPath = z.object({ productId });

export const listProductsQuery = z.strictObject({
  available: z
    .enum(['true', 'false'], 'must be "true" or "false"')
    .optional()
    .meta({ description: '`true` returns only products with at least one available unit.' }),
  pageSize,
  pageToken,
});

/** Not validated: a header that says nothing we know changes nothing. */
export const versionRequestHeaders = z.object({
  'Cache-Control': z.string().optional().meta({
    description: '`no-cache` (or `no-store`): the answer must not be older than this request.',
  }),
  'If-None-Match': z.string().optional().meta({
    description: 'ETags of the versions that the client has. 304 if the current one is among them.',
  }),
});

const ENTITY_TAG = '(?:W/)?"[^"]*"';

/** `If-Match`: `*`, or ETags. */
export const changeRequestHeaders = z.object({
  'If-Match': z
    .string()
    .max(1_000, 'must have at most 1000 characters')
    .regex(
      new RegExp(String.raw`^\s*(?:\*|${ENTITY_TAG}(?:\s*,\s*${ENTITY_TAG})*)\s*$`),
      'must be an ETag of the product, or *',
    )
    .optional()
    .meta({
      description:
        'An `ETag` of the product: the change is made only if name, description, price, SKU and metadata are still as they were then, and is refused with 412 otherwise. Changes of the stock do not matter. `*` matches every version.',
    }),
});

/** Response header of a product that was created or changed. */
export const PRODUCT_ETAG = {
  ETag: 'Identifies this version of the product; send it as `If-Match` with a change.',
} as const;

/** Response headers of answers that clients may keep and compare. */
export const VERSION_HEADERS = {
  ETag: 'Identifies these bytes; changes whenever a product in the answer does. That of a single product can be sent as `If-Match` with a change.',
  'Cache-Control': 'Always `no-cache`: caches may store the answer but must revalidate it.',
} as const;

const PRODUCT_KEY =
  '1 to 255 visible ASCII characters, chosen before the first attempt. Retries with the same key are applied once.';

export const creationKeyHeader = idempotencyKeyHeader(
  `${PRODUCT_KEY} A key is remembered for 7 days by default (\`IDEMPOTENCY_DAYS\` of the deployment); a later retry creates another product.`,
);

export const adjustmentKeyHeader = idempotencyKeyHeader(
  `${PRODUCT_KEY} Keys of adjustments do not expire.`,
);

export const product = z
  .object({
    productId,
    name: z.string(),
    description: z.string().meta({ description: 'Empty if none was given.' }),
    price: z.number().meta({ description: 'Price of one unit.' }),
    currency: z.string().meta({ description: 'ISO 4217 code.' }),
    sku: z.string().optional().meta({ description: 'Your own id of the product, if it has one.' }),
    metadata: metadata.optional(),
    stockQuantity: units('Available units, which can be reserved.'),
    heldQuantity: units('Units held for pending reservations.'),
    soldQuantity: units('Units of confirmed reservations that have not been returned.'),
    writtenOffQuantity: units(
      'Units that were returned and written off: neither sold nor on sale.',
    ),
    createdAt: instant('When the product was created.'),
    updatedAt: instant('When a field or the stock was last changed.'),
  })
  .meta({ id: 'Product', description: 'A product and its stock.' });

export const stockEvent = product
  .pick({ productId: true, stockQuantity: true, heldQuantity: true, soldQuantity: true })
  .extend({ time: instant('When the stock was read.') })
  .meta({ id: 'StockEvent', description: 'The stock of a product; the `data` of a stream event.' });

export const productPage = z
  .object({ items: z.array(product), nextPageToken })
  .meta({ id: 'ProductPage' });

export const stockAdjustment = z
  .object({
    adjustmentId: uuid('Id of the adjustment.', EXAMPLE_IDS.adjustment),
    productId,
    delta: z.int().meta({ description: 'Units added, or removed if negative.' }),
    reason: z.string(),
    createdAt: instant('When the adjustment was made.'),
    product,
  })
  .meta({
    id: 'StockAdjustment',
    description: 'A change of stock, and the product right after it.',
  });

export const EXAMPLE_PRODUCT = {
  productId: EXAMPLE_IDS.product,
  name: 'Midnight sneaker',
  description: 'Limited run of 100 pairs.',
  price: 149.99,
  currency: CURRENCY_DEFAULT,
  stockQuantity: 100,
  heldQuantity: 0,
  soldQuantity: 0,
  writtenOffQuantity: 0,
  createdAt: '2026-11-22T12:00:00.000Z',
  updatedAt: '2026-11-22T12:00:00.000Z',
};

/** Maps field names in catalog's errors to REST fields. */
export const CATALOG_FIELD_NAMES = {
  '/stockUnits': '/initialQuantity',
  '/price/currencyCode': '/currency',
  '/price/minorUnits': '/price',
  '/requestId': '/headers/idempotency-key',
};
