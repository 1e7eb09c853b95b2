import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HOST } from '../systems/bench-environment';

/** A server of one process, and its port. */
export interface BareServer {
  readonly port: number;
  readonly stop: () => void;
}

/** Reads the body of every request, and answers 201 with this body. */
export const startBareHttpServer = async (answer: Buffer): Promise<BareServer> => {
  const headers = { 'content-type': 'application/json', 'content-length': answer.length };
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(201, headers).end(answer));
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
