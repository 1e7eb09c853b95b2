import { promisify } from 'node:util';
import {
  type ReservationServiceServer,
  ReservationServiceService,
} from '@flashreserve/contracts/reservation';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { HOST } from '../systems/bench-environment';
import type { BareServer } from './bare-http-server';
import { createBatchResponse, createReserveResponse } from './example-messages';

const HANDLERS: Pick<ReservationServiceServer, 'reserve' | 'batchReserve'> = {
  reserve: (_call, callback) => {
    callback(null, createReserveResponse());
  },
  batchReserve: ({ request }, callback) => {
    callback(null, createBatchResponse(request.requests.length));
  },
};

/** Answers Reserve and BatchReserve at once, with no interceptor, token or deadline of its own. */
export const startBareGrpcServer = async (): Promise<BareServer> => {
  const server = new Server({ 'grpc.enable_channelz': 0 });
  const { reserve, batchReserve } = ReservationServiceService;
  server.addService({ reserve, batchReserve }, HANDLERS);
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind(`${HOST}:0`, ServerCredentials.createInsecure());
  return {
    port,
    stop: () => {
      server.forceShutdown();
    },
  };
};
