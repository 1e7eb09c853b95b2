import { createServer } from 'node:net';
import { ensurePortsAreFree } from './ports';
import { planInstances, SINGLE_INSTANCES } from './topology';

describe('ports', () => {
  it('a port in use is reported with the variable that changes it', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const instances = planInstances({
      root: '/repo',
      scale: SINGLE_INSTANCES,
      host: '127.0.0.1',
      basePorts: { auth: port, catalog: 0, reservation: 0, 'expiry-worker': 0, gateway: 0 },
      sharedEnv: {},
    });

    await expect(ensurePortsAreFree('127.0.0.1', instances)).rejects.toThrow(
      `Port ${port} for auth is taken. Stop the program that uses it, or choose another with AUTH_GRPC_PORT=...`,
    );
    await new Promise((resolve) => server.close(resolve));
  });
});
