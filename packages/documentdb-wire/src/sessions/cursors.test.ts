import { createCursors } from './cursors';

const CURSOR = { database: 'shop', continuation: Buffer.from('here') };

test('a cursor that nobody uses for ten minutes is forgotten, one in use is not', () => {
  let nowMs = 0;
  const cursors = createCursors(() => nowMs);
  cursors.put(1n, CURSOR);
  cursors.put(2n, CURSOR);
  nowMs = 599_000;
  cursors.put(2n, cursors.get(2n));
  nowMs = 601_000;
  cursors.put(3n, CURSOR);
  expect(() => cursors.get(1n)).toThrow('Cursor id 1 not found.');
  expect(cursors.get(2n).continuation).toEqual(CURSOR.continuation);
});

test('beyond ten thousand the oldest goes', () => {
  const cursors = createCursors(() => 0);
  for (let id = 1n; id <= 10_001n; id += 1n) {
    cursors.put(id, CURSOR);
  }
  expect(() => cursors.get(1n)).toThrow('not found');
  expect(cursors.get(2n).database).toBe('shop');
  expect(cursors.delete(2n)).toBe(true);
  expect(cursors.delete(2n)).toBe(false);
});
