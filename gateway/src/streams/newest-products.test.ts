import { PRODUCT } from '../testing/ask';
import { createNewestProducts } from './newest-products';
import { createStockBoard } from './stock-board';
import type { StreamWriter } from './stream-writer';

const createWorld = () => {
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
    const { board, newest, join } = createWorld();
    await newest.refresh();
    const first = join();
    first.leave();
    board.keepOnly(new Set(board.watched()));

    await newest.refresh();
    expect(join().told).toEqual([PRODUCT.productId]);
  });

  it('streams that open within a few seconds share one listing of the newest products', async () => {
    const { newest, join, lists } = createWorld();
    await Promise.all([newest.refresh(), newest.refresh()]);
    join();
    await newest.refresh();
    expect(lists()).toBe(1);
  });
});
