import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually';
import type { Recorder } from './recorder';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Reserves three units: confirms one, cancels one, and lets one expire. */
export const driveSale = async (
  { ask }: Recorder,
  { admin, buyer }: { readonly admin: string; readonly buyer: string },
): Promise<void> => {
  const product = { name: 'Ticket', price: 10, stockQuantity: 3 };
  const made = await ask('POST /products', { token: admin, body: product });
  expect(made.status).toBe(201);
  const productId = textOf(made.json['productId']);
  const reserve = async (): Promise<string> => {
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await ask(`POST /reservations/${productId}`, { token: buyer, headers });
    expect(answer.status).toBe(201);
    return textOf(answer.json['reservationId']);
  };
  const [kept, given, left] = [await reserve(), await reserve(), await reserve()];
  await ask(`POST /reservations/confirm/${kept}`, { token: buyer });
  await ask(`POST /reservations/cancel/${given}`, { token: buyer });
  await eventually(async () => {
    const { json } = await ask(`GET /reservations/${left}`, { token: buyer });
    expect(json['status']).toBe('EXPIRED');
    const { stockQuantity, soldQuantity } = (await ask(`GET /products/${productId}`)).json;
    expect([stockQuantity, soldQuantity]).toEqual([2, 1]);
  }, 20_000);
};
