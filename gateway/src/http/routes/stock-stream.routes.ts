import { z } from 'zod';
import type { StockStreams } from '../../streams/stock-streams';
import { defineRoute, events, type TableEntry } from '../route';
import { EXAMPLE_IDS } from '../schemas/common.schemas';
import { productId, stockEvent } from '../schemas/product.schemas';

const IDS_MAX = 100;

/** A list in one parameter; duplicate ids are dropped. */
const productIds = z
  .string()
  // One more than the maximum: enough to detect an excess without splitting the rest.
  .transform((list) => list.split(',', IDS_MAX + 1))
  .pipe(z.array(productId).max(IDS_MAX, `must be at most ${IDS_MAX} ids`))
  .transform((ids) => [...new Set(ids)])
  .optional()
  .meta({
    description: `1 to ${IDS_MAX} product ids, separated by commas. Without it, the newest ${IDS_MAX} products.`,
    override: ({ jsonSchema }: { readonly jsonSchema: Record<string, unknown> }) => {
      Object.assign(jsonSchema, { type: 'string', example: EXAMPLE_IDS.product });
    },
  });

const streamQuery = z.strictObject({
  productIds,
  pulse: z
    .enum(['true', 'false'], 'must be "true" or "false"')
    .optional()
    .meta({ description: '`true` adds the `pulse` events of the live sale page.' }),
});

const EXAMPLE = `event: stock
id: k3v9x2a1-4f
data: {"productId":"${EXAMPLE_IDS.product}","stockQuantity":97,"heldQuantity":2,"soldQuantity":1,"time":"2026-11-22T12:00:00.000Z"}

`;

/** Must precede `/products/:productId`, which would match it as an id. */
export const createStockStreamRoutes = (streams: StockStreams): readonly TableEntry[] => [
  defineRoute({
    tag: 'Products',
    services: ['catalog'],
    method: 'get',
    path: '/products/stream',
    operationId: 'streamStock',
    summary: 'Follow the stock',
    description:
      'Server-Sent Events with data of the schema `StockEvent`: first the current stock of each product, then its changes, at most 10 events per second per product, and fewer if the gateway has thousands of streams. Changes in between are merged; the newest values are always sent. Every connection starts with a new snapshot. A comment every 15 seconds keeps the connection open. `PRODUCT_NOT_FOUND`: no product has one of the ids. `STREAMS_LIMITED` and `STREAMS_FULL`: too many streams are open, of this client address or in total. `NOT_READY`: the gateway is stopping.',
    access: 'public',
    request: { query: streamQuery },
    responses: {
      200: {
        description: 'Events, until the client or the gateway closes the connection.',
        mediaType: 'text/event-stream',
        event: stockEvent,
        example: EXAMPLE,
      },
    },
    rpcs: ['CatalogService.WatchStock'],
    errors: ['STREAMS_FULL', 'STREAMS_LIMITED', 'NOT_READY'],
    handle: async ({ query }, { call, clientAddress }) => {
      const { signal } = call;
      if (signal === undefined) throw new TypeError('The request has no signal.');
      const stream = await streams.open({
        following: query.productIds,
        address: clientAddress,
        signal,
        withPulse: query.pulse === 'true',
      });
      return events(200, stream);
    },
  }),
];
