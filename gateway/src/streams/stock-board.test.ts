import type { WatchStockResponse } from '@flashreserve/contracts/catalog';
import { PRODUCT } from '../testing/ask';
import { stockResponse } from '../testing/stock-response';
import {
  createFirstReadings,
  createNewestProducts,
  createStockBoard,
  type StockBoard,
} from './stock-board';
import type { StockFrame, StreamWriter } from './stock-events';

/** A client that records its frames as "product:units". */
const createClient = () => {
  const told: string[] = [];
  const frames: string[] = [];
  const writer = {
    offer: (offered: readonly StockFrame[]) => {
      for (const { productId, text } of offered) {
        frames.push(text);
        told.push(`${productId}:${/"stockQuantity":(\d+)/.exec(text)?.[1]}`);
      }
    },
    offerExtra: () => undefined,
    end: () => undefined,
  };
  return { writer, told, frames };
};

const tell = (board: StockBoard): void => {
  for (const { writer, frames } of board.takeDeliveries()) writer.offer(frames);
};

describe('the stock board', () => {
  it('a stream starts with a snapshot, followed by changes only', () => {
    const board = createStockBoard();
    board.put(stockResponse('a', 3));
    board.put(stockResponse('b', 4));
    tell(board);
    const { writer, told } = createClient();
    board.join(writer, ['a', 'b']);
    expect(board.put(stockResponse('a', 3))).toBe(false);
    tell(board);
    expect(board.put(stockResponse('a', 2))).toBe(true);
    tell(board);
    expect(told).toEqual(['a:3', 'b:4', 'a:2']);
  });

  it('a client gets no events of products that it does not follow or no longer follows', () => {
    const board = createStockBoard();
    const { writer, told } = createClient();
    const leave = board.join(writer, ['a']);
    board.put(stockResponse('b', 1));
    leave();
    board.put(stockResponse('a', 1));
    tell(board);
    expect([told, board.watched(), board.size()]).toEqual([[], [], 0]);
  });

  it('all clients get the same text, with a short id', () => {
    const board = createStockBoard();
    const [one, other] = [createClient(), createClient()];
    board.join(one.writer, ['a']);
    board.join(other.writer, ['a']);
    board.put(stockResponse('a', 1));
    tell(board);
    expect(one.frames).toEqual(other.frames);
    expect(one.frames[0]).toMatch(/^event: stock\nid: [a-z0-9-]{1,32}\ndata: .*\n\n$/);
  });

  it('followers of the newest products get a product that is created later', () => {
    const board = createStockBoard();
    const { writer, told } = createClient();
    board.setNewest(['a']);
    board.put(stockResponse('a', 1));
    tell(board);
    board.join(writer, undefined);
    board.put(stockResponse('b', 5));
    tell(board);
    board.setNewest(['b', 'a']);
    board.put(stockResponse('b', 4));
    tell(board);
    expect(told).toEqual(['a:1', 'b:5', 'b:4']);
    expect(board.watched().toSorted()).toEqual(['a', 'b']);
  });

  it('each client gets all changes at once, with only the newest of each product', () => {
    const board = createStockBoard();
    const { writer, told } = createClient();
    board.join(writer, ['a', 'b']);
    for (const units of [3, 2, 1]) board.put(stockResponse('a', units));
    board.put(stockResponse('b', 7));

    expect(board.takeDeliveries()).toHaveLength(1);
    expect(board.takeDeliveries()).toEqual([]);

    board.put(stockResponse('a', 0));
    board.put(stockResponse('b', 6));
    tell(board);
    expect(told).toEqual(['a:0', 'b:6']);
  });

  it('stock that is no longer watched is not sent', () => {
    const board = createStockBoard();
    board.put(stockResponse('a', 1));
    board.keepOnly(new Set());
    const { writer, told } = createClient();
    board.join(writer, ['a']);
    expect(told).toEqual([]);
  });
});

/** A catalog whose answers the test releases. */
const createReadings = () => {
  const board = createStockBoard();
  const asked: (readonly string[])[] = [];
  const answers: (() => void)[] = [];
  const readFirst = createFirstReadings({
    board,
    read: (productIds) => {
      asked.push(productIds);
      return new Promise((resolve) => {
        answers.push(() => resolve(productIds.map((productId) => stockResponse(productId))));
      });
    },
  });
  return {
    board,
    asked,
    readFirst,
    answerAll: () => {
      for (const answer of answers.splice(0)) answer();
    },
  };
};

const ids = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe('first readings of products', () => {
  it('streams that open together share one request for first readings', async () => {
    const { readFirst, asked, answerAll, board } = createReadings();
    const opening = [readFirst(['a', 'b']), readFirst(['b', 'a']), readFirst(['a', 'b'])];
    answerAll();
    await Promise.all(opening);

    expect(asked).toEqual([['a', 'b']]);
    expect([board.has('a'), board.has('b')]).toEqual([true, true]);
  });

  it('only unknown products are requested', async () => {
    const { readFirst, asked, answerAll, board } = createReadings();
    board.put(stockResponse('a'));
    await readFirst(['a']);
    const opening = readFirst(['a', 'b']);
    answerAll();
    await opening;

    expect(asked).toEqual([['b']]);
  });

  it('more than a thousand watched products are rejected, also for streams that open together', async () => {
    const { readFirst, answerAll } = createReadings();
    const opening = Array.from({ length: 10 }, (_, index) => readFirst(ids(`p${index}-`, 100)));

    await expect(readFirst(['one-more'])).rejects.toMatchObject({ reason: 'STREAMS_FULL' });

    answerAll();
    await Promise.all(opening);
  });

  it('first readings are requested again after a failure', async () => {
    const board = createStockBoard();
    const read = jest
      .fn<Promise<readonly WatchStockResponse[]>, [readonly string[]]>()
      .mockRejectedValueOnce(new Error('Away.'))
      .mockResolvedValueOnce([stockResponse('a')]);
    const readFirst = createFirstReadings({ board, read });

    await expect(readFirst(['a'])).rejects.toThrow('Away.');
    await readFirst(['a']);

    expect(board.has('a')).toBe(true);
  });
});

const createNewest = () => {
  const board = createStockBoard();
  let lists = 0;
  const newest = createNewestProducts({
    board,
    list: async () => {
      lists += 1;
      return [PRODUCT];
    },
    onListed: () => undefined,
  });
  const join = () => {
    const told: string[] = [];
    const writer: StreamWriter = {
      offer: (frames) => {
        told.push(...frames.map(({ productId }) => productId));
      },
      offerExtra: () => undefined,
      end: () => undefined,
    };
    return { told, leave: board.join(writer, undefined) };
  };
  return { board, newest, join, lists: () => lists };
};

describe('the newest products', () => {
  it('a stream that opens right after the last one has closed gets a snapshot of the newest products', async () => {
    const { board, newest, join } = createNewest();
    await newest.refresh();
    const first = join();
    first.leave();
    board.keepOnly(new Set(board.watched()));

    await newest.refresh();
    expect(join().told).toEqual([PRODUCT.productId]);
  });

  it('streams that open within a few seconds share one listing of the newest products', async () => {
    const { newest, join, lists } = createNewest();
    await Promise.all([newest.refresh(), newest.refresh()]);
    join();
    await newest.refresh();
    expect(lists()).toBe(1);
  });
});
