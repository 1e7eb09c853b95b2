import { promisify } from 'node:util';
import { ReservationServiceClient } from '@flashreserve/contracts/reservation';
import { credentials } from '@grpc/grpc-js';
import type { LoadOutcome } from '../load/load-plan';
import { HOST } from '../systems/bench-environment';
import { createBatchRequest, createReserveRequest } from './example-messages';
import { repeat } from './repeat';

/** Calls of a gRPC server, as `repeat` runs them. */
export interface CallPlan {
  readonly kind: 'calls';
  readonly port: number;
  /** Calls at the same time, over one connection. */
  readonly inFlight: number;
  /** Reservations in each BatchReserve; 1 makes Reserve calls. */
  readonly entries: number;
  readonly seconds: number;
}

/** Makes the calls of a plan with a client that has no options. */
export const makeCalls = async (plan: CallPlan): Promise<LoadOutcome> => {
  const { port, entries } = plan;
  const client = new ReservationServiceClient(`${HOST}:${port}`, credentials.createInsecure(), {
    'grpc.enable_channelz': 0,
  });
  try {
    await promisify(client.waitForReady.bind(client))(Date.now() + 5_000);
    return await repeat(plan, () =>
      entries === 1
        ? new Promise((resolve, reject) => {
            client.reserve(createReserveRequest(), (error, response) => {
              if (error) reject(error);
              else resolve(response);
            });
          })
        : new Promise((resolve, reject) => {
            client.batchReserve(createBatchRequest(entries), (error, response) => {
              if (error) reject(error);
              else resolve(response);
            });
          }),
    );
  } finally {
    client.close();
  }
};
