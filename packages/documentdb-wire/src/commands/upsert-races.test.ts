import { serialize } from 'bson';
import { isRepeatableUpsert, repeatLostUpserts } from './upsert-races';
import type { WriteReply } from './write-reply';

const KEY = { requestId: 1 };

test.each([
  ['one equality', { requestId: 'a' }, { $inc: { n: 1 } }, KEY],
  ['an explicit $eq', { requestId: { $eq: 'a' } }, { $inc: { n: 1 } }, KEY],
  ['$and of equalities', { $and: [{ a: 1 }, { b: 2 }] }, { $set: { n: 1 } }, { a: 1, b: -1 }],
])('repeats an upsert with %s on exactly the key', (_name, q, u, keyPattern) => {
  expect(isRepeatableUpsert({ q, u, upsert: true }, keyPattern)).toBe(true);
});

test.each([
  ['is not an upsert', { q: { requestId: 'a' }, u: { $inc: { n: 1 } } }],
  ['selects a range', { q: { requestId: { $gt: 'a' } }, u: { $inc: { n: 1 } }, upsert: true }],
  [
    'selects by more fields than the key',
    { q: { requestId: 'a', n: 1 }, u: { $inc: { n: 1 } }, upsert: true },
  ],
  ['selects by another field', { q: { _id: 'a' }, u: { $inc: { n: 1 } }, upsert: true }],
  ['uses $or', { q: { $or: [{ requestId: 'a' }] }, u: { $inc: { n: 1 } }, upsert: true }],
  ['changes the key', { q: { requestId: 'a' }, u: { $set: { requestId: 'b' } }, upsert: true }],
  ['is a pipeline', { q: { requestId: 'a' }, u: [{ $set: { n: 1 } }], upsert: true }],
])('an update that %s is not repeated after a duplicate key', (_name, statement) => {
  expect(isRepeatableUpsert(statement, KEY)).toBe(false);
});

const upsertOf = (requestId: string): Buffer =>
  Buffer.from(serialize({ q: { requestId }, u: { $inc: { n: 1 } }, upsert: true }));
const STATEMENTS = [upsertOf('a'), upsertOf('b'), upsertOf('c')];
const lostAt = (index: number) => ({ index, code: 11000, errmsg: 'E11000', keyPattern: KEY });

test('runs only the lost upserts of an unordered command again and keeps their places', async () => {
  const first: WriteReply = {
    n: 2,
    nModified: 1,
    upserted: [{ index: 0, _id: 'x' }],
    writeErrors: [lostAt(1)],
  };
  const seen: number[] = [];
  const reply = await repeatLostUpserts(first, STATEMENTS, false, async (statements, part) => {
    expect(statements).toEqual([STATEMENTS[1]]);
    seen.push(part);
    return { n: 1, nModified: 0, upserted: [{ index: 0, _id: 'y' }], writeErrors: [] };
  });
  expect(seen).toEqual([1]);
  expect(reply).toEqual({
    n: 3,
    nModified: 1,
    upserted: [
      { index: 0, _id: 'x' },
      { index: 1, _id: 'y' },
    ],
    writeErrors: [],
  });
});

test('goes on after the lost upsert of an ordered command, as often as it takes', async () => {
  const first: WriteReply = { n: 1, nModified: 1, writeErrors: [lostAt(1)] };
  const parts: (readonly Buffer[])[] = [];
  const reply = await repeatLostUpserts(first, STATEMENTS, true, async (statements) => {
    parts.push(statements);
    return parts.length === 1
      ? { n: 1, nModified: 1, writeErrors: [lostAt(1)] }
      : { n: 1, nModified: 1, writeErrors: [] };
  });
  expect(parts).toEqual([STATEMENTS.slice(1), STATEMENTS.slice(2)]);
  expect(reply).toEqual({ n: 3, nModified: 3, writeErrors: [] });
});

test('gives up on an upsert that loses every time and reports its error', async () => {
  const lost: WriteReply = { n: 0, nModified: 0, writeErrors: [lostAt(0)] };
  const reply = await repeatLostUpserts(lost, [upsertOf('a')], true, async () => lost);
  expect(reply.writeErrors).toEqual([lostAt(0)]);
});
