import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A proxy in front of the load balancer, like one that terminates TLS: adds its client's address
 * and sets the protocol to https.
 */
export interface OuterProxy {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

const append = (given: string | readonly string[] | undefined, address: string): string =>
  [given ?? [], address].flat().join(', ');

export const startOuterProxy = async (targetPort: number): Promise<OuterProxy> => {
  const server: Server = createServer((req, res) => {
    const address = req.socket.remoteAddress ?? '';
    const headers = {
      ...req.headers,
      'x-forwarded-for': append(req.headers['x-forwarded-for'], address),
      'x-forwarded-proto': 'https',
    };
    const onward = request(
      { host: '127.0.0.1', port: targetPort, method: req.method, path: req.url, headers },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(res);
      },
    );
    onward.once('error', () => res.destroy());
    req.pipe(onward);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
};

/**
 * Sends a login with a wrong password from one of this machine's loopback addresses; resolves with
 * the status.
 */
export const failLoginFrom = (
  port: number,
  localAddress: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> =>
  new Promise((resolve, reject) => {
    const body = JSON.stringify({ email: 'no-one@example.com', password: 'wrong password' });
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        localAddress,
        method: 'POST',
        path: '/auth/login',
        headers: { 'content-type': 'application/json', ...headers },
      },
      (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
