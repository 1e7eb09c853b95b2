import { Agent, get } from 'node:http';
import { startHttpServer } from './start-http-server';

/** Sends one request; returns the `Connection` header or the error code. */
const ask = (port: number, agent: Agent): Promise<string> =>
  new Promise((resolve) => {
    get({ host: '127.0.0.1', port, agent }, (res) => {
      res.resume();
      res.on('end', () => resolve(res.headers.connection ?? ''));
      res.on('error', () => resolve('broken off'));
    }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });

describe('an HTTP server that stops', () => {
  it('a stopping HTTP server loses no request of busy keep-alive clients', async () => {
    const server = await startHttpServer({
      handler: (_req, res) => setTimeout(() => res.end('ok'), 5),
      host: '127.0.0.1',
      port: 0,
    });
    const agent = new Agent({ keepAlive: true });
    let answers = 0;
    let stopped: Promise<void> | undefined;
    const askUntilSentAway = async (): Promise<string> => {
      for (;;) {
        const outcome = await ask(server.port, agent);
        if (outcome !== 'keep-alive') return outcome;
        answers += 1;
        if (answers === 200) stopped = server.stop();
      }
    };
    const outcomes = await Promise.all(Array.from({ length: 8 }, askUntilSentAway));
    await stopped;
    agent.destroy();
    expect(outcomes).toEqual(Array(8).fill('close'));
    expect(await ask(server.port, agent)).toBe('ECONNREFUSED');
  });

  it('a stopping HTTP server aborts unanswered requests at the end of the drain time', async () => {
    let arrive = (): void => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const server = await startHttpServer({
      handler: () => arrive(),
      host: '127.0.0.1',
      port: 0,
    });
    const waiting = ask(server.port, new Agent());
    await arrived;
    await server.stop(50);
    expect(await waiting).toBe('ECONNRESET');
  });
});
