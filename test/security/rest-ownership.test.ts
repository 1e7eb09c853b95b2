import { randomUUID } from 'node:crypto';
import type { RestResponse } from '../support/rest-client';
import { reasonOf, reservationOf } from '../support/shop';
import { type EdgeWorld, startEdgeWorld } from './rest-edge/world';

// Goal: to anyone else, a customer's resources look as if they did not exist, even in error
// responses.

let world: EdgeWorld;

beforeAll(async () => {
  world = await startEdgeWorld();
});

afterAll(() => world.stop());

const ROUTES = [
  ['GET', '/reservations'],
  ['POST', '/reservations/confirm'],
  ['POST', '/reservations/cancel'],
] as const;

/** Everything visible in a response, without the parts that differ in every response. */
const visible = ({ status, headers, body }: RestResponse, id: string): object => {
  const { requestId } = body as { readonly requestId: string };
  const text = JSON.stringify(body).replaceAll(id, '<id>').replaceAll(requestId, '<request id>');
  const names = [...headers.keys()].sort();
  return { status, names, length: headers.get('content-length'), body: JSON.parse(text) };
};

/** A reservation of the owner in each state that can be reached without waiting. */
const ownersReservations = async (): Promise<readonly string[]> => {
  const { shop, owner } = world;
  const productId = await shop.newProduct(3);
  const ids: string[] = [];
  for (let index = 0; index < 3; index += 1) {
    ids.push(reservationOf(await shop.reserve(owner, productId)).reservationId);
  }
  await shop.confirm(owner, ids[1] ?? '');
  await shop.cancel(owner, ids[2] ?? '');
  await shop.expectStock(productId, { available: 1, held: 1, sold: 1 });
  return ids;
};

it.each(['stranger', 'admin'] as const)(
  'a reservation of another customer looks like an unknown one: %s',
  async (caller) => {
    const { shop, tokens } = world;
    const ids = await ownersReservations();
    const token = tokens[caller] ?? '';
    const before = await world.readState();

    for (const [method, path] of ROUTES) {
      const missingId = randomUUID();
      const missing = visible(
        await shop.rest(method, `${path}/${missingId}`, { token }),
        missingId,
      );
      expect(missing).toMatchObject({ status: 404, body: { reason: 'RESERVATION_NOT_FOUND' } });
      for (const id of ids) {
        const foreign = visible(await shop.rest(method, `${path}/${id}`, { token }), id);
        expect(foreign).toEqual(missing);
      }
    }

    expect(await world.readState()).toEqual(before);
  },
);

it('a list contains only the caller’s own reservations', async () => {
  const { shop, stranger, tokens, productId, reservationId } = world;
  const own = reservationOf(await shop.reserve(stranger, productId)).reservationId;
  const idsSeenBy = async (token = ''): Promise<readonly string[]> => {
    const { body } = await shop.rest('GET', '/reservations?pageSize=100', { token });
    return (body as { items: { reservationId: string }[] }).items.map((item) => item.reservationId);
  };

  expect(await idsSeenBy(tokens.stranger)).toEqual([own]);
  expect(await idsSeenBy(tokens.admin)).toEqual([]);
  expect(await idsSeenBy(tokens.owner)).toContain(reservationId);
});

it('a page token is valid only for the customer it was issued to', async () => {
  const { shop, owner, stranger, productId } = world;
  await shop.reserve(owner, productId);
  const page = await shop.rest('GET', '/reservations?pageSize=1', { token: owner.token });
  const { nextPageToken } = page.body as { nextPageToken: string };
  expect(nextPageToken).not.toBe('');

  const query = `pageSize=100&pageToken=${encodeURIComponent(nextPageToken)}`;
  const answer = await shop.rest('GET', `/reservations?${query}`, { token: stranger.token });

  expect([answer.status, reasonOf(answer)]).toEqual([400, 'INVALID_PAGE_TOKEN']);
});

it('the same Idempotency-Key of another customer is a new key', async () => {
  const { shop, owner, stranger, productId } = world;
  const key = randomUUID();
  const first = reservationOf(await shop.reserve(owner, productId, { key }));

  const answer = await shop.reserve(stranger, productId, { key, quantity: 2 });

  expect(answer.status).toBe(201);
  expect(answer.headers.get('idempotent-replayed')).toBeNull();
  expect(reservationOf(answer).reservationId).not.toBe(first.reservationId);
  expect((await shop.getReservation(stranger, first.reservationId)).status).toBe(404);
});
