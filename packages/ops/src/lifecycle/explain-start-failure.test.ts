import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { explainStartFailure } from './explain-start-failure';

/** The system's error for an invalid listen address. */
const listenAt = async (port: number, host: string): Promise<unknown> => {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    return error;
  } finally {
    server.close();
  }
};

describe('start failures', () => {
  it('a start failure names the port in use and its variable', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;

    const error = await listenAt(port, '127.0.0.1');
    other.close();

    expect(explainStartFailure(error, { PORT: 1, METRICS_PORT: port })).toBe(
      `METRICS_PORT: port ${port} of 127.0.0.1 is taken by another program.`,
    );
  });

  it('a start failure names the unavailable address and its variable', async () => {
    const error = await listenAt(0, '203.0.113.7');

    expect(explainStartFailure(error, { HOST: '203.0.113.7' })).toBe(
      'HOST: this machine does not have the address 203.0.113.7.',
    );
  });

  it('any other start failure is left unchanged', () => {
    expect(explainStartFailure(new Error('a bug'), { PORT: 1 })).toBeUndefined();
  });
});
