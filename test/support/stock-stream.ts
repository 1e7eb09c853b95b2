import { get, type IncomingMessage } from 'node:http';
import { z } from 'zod';
import { eventually } from './eventually';

const stockEvent = z.strictObject({
  productId: z.string(),
  stockQuantity: z.number(),
  heldQuantity: z.number(),
  soldQuantity: z.number(),
  time: z.iso.datetime(),
});

export interface ReceivedStock extends z.output<typeof stockEvent> {
  readonly id: string;
  /** Milliseconds of this process's clock. */
  readonly receivedAt: number;
}

/** A client of `GET /products/stream` that records all events. */
export interface StockStream {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly received: readonly ReceivedStock[];
  /** Resolves once the last event matches. */
  readonly untilLast: (wanted: Partial<ReceivedStock>, timeoutMs?: number) => Promise<void>;
  /** Resolves once the server has ended the stream. */
  readonly ended: Promise<void>;
  readonly close: () => void;
}

const field = (block: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];

const respond = (url: string, headers: Readonly<Record<string, string>>) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers, agent: false }, resolve).on('error', reject);
  });

/** Opens a stream of these products, or of the newest ones. */
export const openStockStream = async (
  baseUrl: string,
  productIds: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): Promise<StockStream> => {
  const query = productIds.length === 0 ? '' : `?productIds=${productIds.join()}`;
  const response = await respond(`${baseUrl}/products/stream${query}`, headers);
  const received: ReceivedStock[] = [];
  let rest = '';
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      if (field(block, 'event') !== 'stock') continue;
      received.push({
        ...stockEvent.parse(JSON.parse(field(block, 'data') ?? '')),
        id: field(block, 'id') ?? '',
        receivedAt: performance.now(),
      });
    }
  });
  // A broken connection ends the stream as well.
  response.on('error', () => undefined);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    received,
    untilLast: (wanted, timeoutMs = 10_000) =>
      eventually(async () => expect(received.at(-1)).toMatchObject(wanted), timeoutMs),
    ended: new Promise((resolve) => response.once('close', resolve)),
    close: () => {
      response.destroy();
    },
  };
};
