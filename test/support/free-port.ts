import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the range that Linux uses for outgoing connections, which could take a port before its
 * program starts, and above the ports that `fetch` refuses (the highest is 10080).
 */
const PORTS = { first: 11_000, last: 32_000 } as const;
const ATTEMPTS_MAX = 100;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => {
      server.close(() => resolve(true));
    });
  });

/** A free port, for programs that cannot report which one they took. */
export const freePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const port = randomInt(PORTS.first, PORTS.last);
    if (await isFree(port)) return port;
  }
  throw new Error('No port is free.');
};
