import { stockResponse } from '../testing/stock-response';
import { createStockBoard, type StockBoard, type StockFrame } from './stock-board';

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
