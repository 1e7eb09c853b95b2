/** The bare servers: a process of their own, as the gateway and the services have. */
import { startBareGrpcServer } from './bare-grpc-server';
import { startBareHttpServer } from './bare-http-server';
import { createAnswerBody } from './example-messages';
import type { ServerPorts } from './messages';

const start = async (): Promise<void> => {
  const http = await startBareHttpServer(createAnswerBody());
  const grpc = await startBareGrpcServer();
  process.send?.({ http: http.port, grpc: grpc.port } satisfies ServerPorts);
};

process.on('disconnect', () => process.exit());
void start();
