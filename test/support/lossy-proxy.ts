import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Forwards requests to `target`, and loses answers on request: the target has done its work, and
 * the caller's connection breaks.
 */
export const startLossyProxy = async (target: string) => {
  let answersToLose = 0;
  const server = createServer((request, response) => {
    const forwarded = send(
      new URL(request.url ?? '/', target),
      { method: request.method, headers: request.headers },
      (answer) => {
        if (answersToLose > 0) {
          answersToLose -= 1;
          answer.resume().once('end', () => request.socket.destroy());
          return;
        }
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    forwarded.once('error', () => request.socket.destroy());
    request.pipe(forwarded);
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Loses the next answers. */
    lose: (count: number): void => {
      answersToLose = count;
    },
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((done) => {
        server.close(done);
      });
    },
  };
};
export type LossyProxy = Awaited<ReturnType<typeof startLossyProxy>>;
