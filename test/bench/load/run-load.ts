import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import { buildRequests } from './build-requests';
import { openConnection } from './connection';
import type { LoadOutcome, LoadPlan, MadeReservation } from './load-plan';
import { toBytes } from './prepared-request';
import { createRecorder } from './recorder';

const madeBody = z.object({ reservationId: z.string() });

/** Decides before each request of a connection whether to send it. */
const createLimit = (
  until: LoadPlan['until'],
  halted: AbortSignal,
): ((sent: number, prepared: number) => boolean) => {
  if (until === 'once') return (sent, prepared) => sent < prepared && !halted.aborted;
  const endAt = performance.now() + until.seconds * 1_000;
  return () => performance.now() < endAt && !halted.aborted;
};

/**
 * Sends a plan's requests until it ends or is aborted, and waits for every response. All requests
 * are built and all connections opened before the first request is sent.
 *
 * Not autocannon: its parser took 0.15 to 0.3 ms of CPU per request, next to a gateway that takes
 * 0.5 ms on the same cores, and its times include building the requests.
 */
export const runLoad = async (
  plan: LoadPlan,
  tokens: readonly string[],
  halted: AbortSignal,
): Promise<LoadOutcome> => {
  const { hostname, port, host } = new URL(plan.url);
  const hands = buildRequests(plan.requests, plan.connections, tokens);
  const made: MadeReservation[] = [];
  const keepBodies = plan.collect === true;
  let recorder = createRecorder();
  const connections = await Promise.all(
    hands.map((hand) =>
      openConnection(
        { host: hostname, port: Number(port) },
        hand.map((request) => toBytes(host, request)),
        {
          keepBodies,
          listener: {
            onAnswer: (index, { status, body }, durationMs) => {
              recorder.answer(status, durationMs);
              if (!keepBodies || status !== 201) return;
              const { reservationId } = madeBody.parse(JSON.parse(body));
              made.push({ reservationId, buyer: hand[index]?.buyer ?? 0 });
            },
            onError: () => {
              recorder.error();
            },
          },
        },
      ),
    ),
  );
  recorder = createRecorder();
  const limit = createLimit(plan.until, halted);
  await Promise.all(
    connections.map(({ run }, index) => {
      const prepared = hands[index]?.length ?? 0;
      return run((sent) => limit(sent, prepared));
    }),
  );
  return recorder.outcome(made);
};
