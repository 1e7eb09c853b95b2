import { createStockBoard } from './stock-board';

const stock = (productId: string, availableUnits: number) => ({
  productId,
  availableUnits,
  heldUnits: 0,
  soldUnits: 0,
  observeTime: new Date(0),
});

/** A client, and what it was told as "product:units". */
const createClient = () => {
  const told: string[] = [];
  const frames: string[] = [];
  const writer = {
    offer: (productId: string, frame: string) => {
      frames.push(frame);
      told.push(`${productId}:${/"stockQuantity":(\d+)/.exec(frame)?.[1]}`);
    },
    offerExtra: () => undefined,
    end: () => undefined,
  };
  return { writer, told, frames };
};

describe('the board of stock', () => {
  it('begins with a snapshot, and then tells changes only', () => {
    const board = createStockBoard();
    board.put(stock('a', 3));
    board.put(stock('b', 4));
    const { writer, told } = createClient();
    board.join(writer, ['a', 'b']);
    board.put(stock('a', 3));
    board.put(stock('a', 2));
    expect(told).toEqual(['a:3', 'b:4', 'a:2']);
  });

  it('tells nobody about products that he does not follow, or does not follow any more', () => {
    const board = createStockBoard();
    const { writer, told } = createClient();
    const leave = board.join(writer, ['a']);
    board.put(stock('b', 1));
    leave();
    board.put(stock('a', 1));
    expect([told, board.watched(), board.size()]).toEqual([[], [], 0]);
  });

  it('writes one text to all, with a short id', () => {
    const board = createStockBoard();
    const [one, other] = [createClient(), createClient()];
    board.join(one.writer, ['a']);
    board.join(other.writer, ['a']);
    board.put(stock('a', 1));
    expect(one.frames).toEqual(other.frames);
    expect(one.frames[0]).toMatch(/^event: stock\nid: [a-z0-9-]{1,32}\ndata: .*\n\n$/);
  });

  it('tells those who follow the newest products of one that is created later', () => {
    const board = createStockBoard();
    const { writer, told } = createClient();
    board.setNewest(['a']);
    board.put(stock('a', 1));
    board.join(writer, undefined);
    board.put(stock('b', 5));
    board.setNewest(['b', 'a']);
    board.put(stock('b', 4));
    expect(told).toEqual(['a:1', 'b:5', 'b:4']);
    expect(board.watched().toSorted()).toEqual(['a', 'b']);
  });

  it('gives nobody a stock that is not read any more', () => {
    const board = createStockBoard();
    board.put(stock('a', 1));
    board.keepOnly(new Set());
    const { writer, told } = createClient();
    board.join(writer, ['a']);
    expect(told).toEqual([]);
  });
});
