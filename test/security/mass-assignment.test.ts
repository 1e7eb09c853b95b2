import { randomUUID } from 'node:crypto';
import { PASSWORD, productBody, reservationOf } from '../support/shop';
import { ACCESS_TABLE } from './rest-edge/access-table';
import { findOperation, fullBody, objectsIn, toPointer, withValue } from './rest-edge/bodies';
import { expectRefused } from './rest-edge/expect-refused';
import { storedFields } from './rest-edge/stored-fields';
import { type EdgeWorld, startEdgeWorld, verdictOf } from './rest-edge/world';

// Goal: a body can set only the documented fields of its route. Method: adds to every object in
// every body of the OpenAPI document, one at a time, each field name that a service stores and
// names of JavaScript's object members. Each is refused by name, and the databases stay unchanged.

/** Names of stored fields in responses, in other systems, and in JavaScript. */
const OTHER_NAMES = [
  ...['id', 'userId', 'isAdmin', 'admin', 'roles', 'scope', 'permissions', '__v', 'hash', 'salt'],
  ...['productId', 'reservationId', 'stockQuantity', 'heldQuantity', 'soldQuantity'],
  ...['availableUnits', 'heldUnits', 'soldUnits', 'stockUnits', 'items', 'price', 'quantity'],
  ...['requestId', 'idempotencyKey', 'expireTime', 'updateMask', 'token', 'sub', 'client_id'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__'],
];
const VALUES: Readonly<Record<string, unknown>> = {
  role: 'ADMIN',
  roles: ['ADMIN'],
  isAdmin: true,
  status: 'CONFIRMED',
  state: 'SOLD',
  expiresAt: '2099-01-01T00:00:00.000Z',
  constructor: { prototype: { role: 'ADMIN' } },
  prototype: { role: 'ADMIN' },
};
/** OAuth ignores fields that it does not know (RFC 6749, 3.2), so none can set anything. */
const IGNORES_FIELDS = 'POST /oauth/token';
const ROWS = Object.keys(ACCESS_TABLE).filter(
  (row) => !row.includes('(') && !row.startsWith('GET') && row !== IGNORES_FIELDS,
);

let world: EdgeWorld;
let names: readonly string[];

beforeAll(async () => {
  world = await startEdgeWorld();
  // Nested paths of list elements are not field names.
  const stored = (await storedFields(world.stack.env)).filter((name) => !name.includes('.'));
  names = [...new Set([...stored, ...OTHER_NAMES])];
});

afterAll(() => world.stop());

/** A value that would matter if the field were accepted. */
const bait = (name: string): unknown => {
  if (name === '__proto__') return { role: 'ADMIN' };
  return Object.hasOwn(VALUES, name) ? VALUES[name] : 1_000_000;
};

it('the tested field names include all security-relevant ones', () => {
  expect(names).toEqual(
    expect.arrayContaining([
      ...['role', 'passwordHash', 'passwordVersion', 'customerId', 'status', 'expiresAt'],
      ...['available', 'held', 'sold', 'initialStock', 'tombstone', 'state', 'createdBy'],
    ]),
  );
});

describe.each(ROWS)('%s', (row) => {
  it('an unknown field is refused and changes nothing', async () => {
    const full = fullBody(world, findOperation(world.document, row));
    const prototype = Object.getOwnPropertyNames(Object.prototype);

    await expectRefused(world, row, (good) => {
      const body = { ...full, ...good.body };
      return objectsIn(body).flatMap(({ place, keys }) =>
        names
          .filter((name) => !keys.includes(name))
          .map((name) => ({
            request: { ...good, body: withValue(body, [...place, name], bait(name)) },
            pointer: toPointer([...place, name]),
          })),
      );
    });

    // The system runs in this process.
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype);
    expect(Reflect.get({}, 'role')).toBeUndefined();
  });
});

describe('extra fields of an attacker', () => {
  it('extra fields create no account and no administrator', async () => {
    const { shop } = world;
    const email = `person-${randomUUID()}@example.test`;
    for (const extra of [{ role: 'ADMIN' }, { isAdmin: true }, { passwordHash: 'x' }]) {
      const answer = await shop.rest('POST', '/auth/register', {
        body: { email, password: PASSWORD, ...extra },
      });
      expect([400, 403]).toContain(answer.status);
    }

    const login = await shop.rest('POST', '/auth/login', { body: { email, password: PASSWORD } });

    expect(verdictOf(login)).toBe('401 INVALID_CREDENTIALS');
  });

  it('extra fields change no stock', async () => {
    const { shop, tokens } = world;
    const productId = await shop.newProduct(7);
    const headers = { 'cache-control': 'no-cache' };
    const read = async () =>
      productBody.parse((await shop.rest('GET', `/products/${productId}`, { headers })).body);
    const before = await read();
    for (const field of [
      'stockQuantity',
      'heldQuantity',
      'soldQuantity',
      'available',
      'productId',
    ]) {
      const answer = await shop.rest('PATCH', `/products/${productId}`, {
        token: tokens.admin ?? '',
        body: { name: 'Other', [field]: 0 },
      });
      expect([field, answer.status]).toEqual([field, 400]);
    }

    expect(await read()).toEqual(before);
  });

  it('extra fields cannot reserve for another customer or extend a reservation', async () => {
    const { shop, owner, stranger } = world;
    const productId = await shop.newProduct(7);
    for (const extra of [
      { customerId: stranger.userId },
      { status: 'CONFIRMED' },
      { expiresAt: '2099-01-01T00:00:00.000Z' },
    ]) {
      const answer = await shop.rest('POST', `/reservations/${productId}`, {
        token: owner.token,
        body: { quantity: 1, ...extra },
      });
      expect(answer.status).toBe(400);
    }
    expect(await shop.stockOf(productId)).toEqual({ available: 7, held: 0, sold: 0 });

    const made = reservationOf(await shop.reserve(owner, productId));

    expect(made.status).toBe('PENDING');
    expect(Date.parse(made.expiresAt) - Date.parse(made.createdAt)).toBeLessThanOrEqual(600_000);
  });
});
