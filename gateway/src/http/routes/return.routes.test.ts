import { ReservationStatus } from '@flashreserve/contracts/reservation';
import { DomainError, invalidRequest } from '@flashreserve/rpc';
import type { ReservationApi } from '../../grpc/reservation.client';
import { ask, PRODUCT_ID, pointersOf, RESERVATION, RESERVATION_ID } from '../../testing/ask';
import type { Sending } from '../../testing/http-client';

const RETURNED = {
  ...RESERVATION,
  status: ReservationStatus.RESERVATION_STATUS_RETURNED,
  lines: [{ productId: PRODUCT_ID, quantity: 1, returnedUnits: 1 }],
};
const REASON = 'Sent back';

/** Returns at the paths of both spellings; `request` is what reservation was asked for. */
const returning = async (
  sending: Sending,
  answerWith: ReservationApi['return'] = async () => ({ reservation: RETURNED, replayed: false }),
  path = `${RESERVATION_ID}/return`,
) => {
  let request: Parameters<ReservationApi['return']>[0] | undefined;
  const answer = await ask(
    `POST /reservations/${path}`,
    { token: 'client', ...sending },
    {
      reservation: {
        return: (given, call) => {
          request = given;
          return answerWith(given, call);
        },
      },
    },
  );
  return { answer, request };
};

describe('returns', () => {
  it.each([`${RESERVATION_ID}/return`, `return/${RESERVATION_ID}`])(
    'POST /reservations/%s without items returns everything and restocks it',
    async (path) => {
      const { answer, request } = await returning({ body: { reason: REASON } }, undefined, path);
      expect(answer.status).toBe(200);
      expect(answer.json).toMatchObject({
        reservationId: RESERVATION_ID,
        status: 'RETURNED',
        items: [{ productId: PRODUCT_ID, quantity: 1, returnedQuantity: 1 }],
      });
      expect(request).toEqual({
        reservationId: RESERVATION_ID,
        lines: [],
        writeOff: false,
        reason: REASON,
        idempotencyKey: '',
      });
    },
  );

  it('items, restock and the key are passed on', async () => {
    const items = [{ productId: PRODUCT_ID, quantity: 1 }];
    const { request } = await returning({
      body: { items, restock: false, reason: REASON },
      headers: { 'idempotency-key': 'rma-7' },
    });
    expect(request).toMatchObject({ lines: items, writeOff: true, idempotencyKey: 'rma-7' });
  });

  it('only a replay by idempotency key is marked as replayed', async () => {
    const replayed = async () => ({ reservation: RETURNED, replayed: true });
    const headers = { 'idempotency-key': 'rma-7' };
    const keyed = await returning({ body: { reason: REASON }, headers }, replayed);
    const unkeyed = await returning({ body: { reason: REASON } }, replayed);
    expect(keyed.answer.headers['idempotent-replayed']).toBe('true');
    expect(unkeyed.answer.headers['idempotent-replayed']).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ['without a reason', {}, '/reason'],
    ['with an empty list, which could be taken for everything', { items: [] }, '/items'],
    ['of no units', { items: [{ productId: PRODUCT_ID, quantity: 0 }] }, '/items/0/quantity'],
    ['with a restock that is no boolean', { restock: 'no' }, '/restock'],
  ])('a return %s gets 400 and returns nothing', async (_name, fields, pointer) => {
    const body = pointer === '/reason' ? fields : { reason: REASON, ...fields };
    const { answer, request } = await returning({ body });
    expect([answer.status, pointersOf(answer)]).toEqual([400, [pointer]]);
    expect(request).toBeUndefined();
  });

  it('an error of the service about a line points to the item of the body', async () => {
    const { answer } = await returning({ body: { reason: REASON } }, async () => {
      const violation = { field: 'lines[1].quantity', description: 'adds up to 101' };
      const { message, fieldViolations } = invalidRequest([violation]);
      throw new DomainError({
        kind: 'invalid',
        reason: 'INVALID_REQUEST',
        message,
        fieldViolations,
        domain: 'reservation.flashreserve',
      });
    });
    expect([answer.status, pointersOf(answer)]).toEqual([400, ['/items/1/quantity']]);
    expect(answer.json['detail']).toBe('The request is invalid: /items/1/quantity: adds up to 101');
  });

  it('a return of too many units says of which product and how many are left', async () => {
    const { answer } = await returning({ body: { reason: REASON } }, async () => {
      throw new DomainError({
        kind: 'precondition',
        reason: 'RETURN_EXCEEDS_UNITS',
        message: `Only 1 unit(s) of product ${PRODUCT_ID} can still be returned.`,
        metadata: { productId: PRODUCT_ID, returnableUnits: '1' },
        domain: 'reservation.flashreserve',
      });
    });
    expect(answer.json).toMatchObject({
      status: 409,
      reason: 'RETURN_EXCEEDS_UNITS',
      productId: PRODUCT_ID,
      returnableUnits: 1,
    });
  });

  it.each(['customer', 'guest'])(
    'the token "%s" is refused before the body is read',
    async (token) => {
      const { answer, request } = await returning({ token, raw: '{broken' });
      expect(answer.json).toMatchObject({ status: 403, reason: 'ADMIN_REQUIRED' });
      expect(request).toBeUndefined();
    },
  );
});
