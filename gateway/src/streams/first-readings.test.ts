import type { WatchStockResponse } from '@flashreserve/contracts/catalog';
import { stockResponse } from '../testing/stock-response';
import { createFirstReadings } from './first-readings';
import { createStockBoard } from './stock-board';

/** A catalog whose answers the test releases. */
const createWorld = () => {
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
    const { readFirst, asked, answerAll, board } = createWorld();
    const opening = [readFirst(['a', 'b']), readFirst(['b', 'a']), readFirst(['a', 'b'])];
    answerAll();
    await Promise.all(opening);

    expect(asked).toEqual([['a', 'b']]);
    expect([board.has('a'), board.has('b')]).toEqual([true, true]);
  });

  it('only unknown products are requested', async () => {
    const { readFirst, asked, answerAll, board } = createWorld();
    board.put(stockResponse('a'));
    await readFirst(['a']);
    const opening = readFirst(['a', 'b']);
    answerAll();
    await opening;

    expect(asked).toEqual([['b']]);
  });

  it('more than a thousand watched products are rejected, also for streams that open together', async () => {
    const { readFirst, answerAll } = createWorld();
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
