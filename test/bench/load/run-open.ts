import { performance } from 'node:perf_hooks';
import { buildEnd, buildGet, buildReserve } from './build-requests';
import { type Connection, openConnection } from './connection';
import { followSchedule } from './follow-schedule';
import type { MadeReservation } from './load-plan';
import type { OpenOutcome, OpenPlan, SaleRequest } from './open-plan';
import { toBytes } from './prepared-request';
import { createRecorder } from './recorder';
import { readReservationId } from './reservation-id';
import { createSchedule } from './schedule';

const MADE = 201;

/** Resolves with the status; undefined if there is no reservation to confirm or cancel. */
type Send = (kind: SaleRequest, connection: Connection) => Promise<number | undefined>;

/** Prepares the requests, except those that name a reservation of the run. */
const createSender = (plan: OpenPlan, host: string, tokens: readonly string[]): Send => {
  const list = toBytes(host, buildGet(plan.listPath, 0));
  const reserves = tokens.map((_token, buyer) => {
    const productId = plan.productIds[buyer % plan.productIds.length] ?? '';
    return { bytes: toBytes(host, buildReserve(productId, buyer, tokens)), buyer };
  });
  const made: MadeReservation[] = [...plan.reservations];
  let reserved = 0;
  let ended = 0;

  const reserve = async (connection: Connection): Promise<number> => {
    const request = reserves[reserved % reserves.length];
    if (request === undefined) throw new Error('There are no buyers.');
    reserved += 1;
    const { bytes, buyer } = request;
    const { status, body } = await connection.exchange(bytes);
    if (status === MADE) made.push({ reservationId: readReservationId(body), buyer });
    return status;
  };
  const end = async (
    verb: 'confirm' | 'cancel',
    connection: Connection,
  ): Promise<number | undefined> => {
    const reservation = made[ended];
    if (reservation === undefined) return undefined;
    ended += 1;
    const bytes = toBytes(host, buildEnd(verb, reservation, tokens));
    return (await connection.exchange(bytes)).status;
  };
  return async (kind, connection) => {
    switch (kind) {
      case 'list':
        return (await connection.exchange(list)).status;
      case 'reserve':
        return reserve(connection);
      case 'confirm':
      case 'cancel':
        return end(kind, connection);
    }
  };
};

/**
 * Sends a sale day's requests at a fixed rate. Latency counts from when a request was due, so that
 * the wait for a slow system is not omitted; it includes up to a millisecond of the timer.
 */
export const runOpen = async (
  plan: OpenPlan,
  tokens: readonly string[],
  halted: AbortSignal,
): Promise<OpenOutcome> => {
  const { hostname, port, host } = new URL(plan.url);
  const schedule = createSchedule(plan);
  const send = createSender(plan, host, tokens);
  const address = { host: hostname, port: Number(port) };
  const connections = await Promise.all(
    Array.from({ length: plan.connections }, () => openConnection(address, MADE)),
  );
  const all = createRecorder();
  const recorders = {
    list: createRecorder(),
    reserve: createRecorder(),
    confirm: createRecorder(),
    cancel: createRecorder(),
  } as const satisfies Record<SaleRequest, unknown>;
  let withoutReservation = 0;
  const startedAt = performance.now();
  const start = async (index: number, connection: Connection): Promise<void> => {
    const kind = schedule.kindOf(index);
    try {
      const status = await send(kind, connection);
      if (status === undefined) {
        withoutReservation += 1;
        return;
      }
      const durationMs = performance.now() - startedAt - schedule.dueAtMs(index);
      all.answer(status, durationMs);
      recorders[kind].answer(status, durationMs);
    } catch {
      all.error();
      recorders[kind].error();
    }
  };
  const unstarted = await followSchedule(schedule, connections, { halted, startedAt, start });
  for (const connection of connections) connection.close();
  return {
    ...all.outcome([]),
    unsent: unstarted + withoutReservation,
    ofRequests: {
      list: recorders.list.outcome([]),
      reserve: recorders.reserve.outcome([]),
      confirm: recorders.confirm.outcome([]),
      cancel: recorders.cancel.outcome([]),
    },
  };
};
