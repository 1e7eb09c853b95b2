import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findShop } from './find-shop';

let root: string;
let server: Server;
let url: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'flashreserve-shop-'));
  mkdirSync(join(root, '.data'));
  server = createServer((_request, response) => response.end('{"status":"ready"}'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  rmSync(root, { recursive: true });
  await new Promise((resolve) => server.close(resolve));
});

const wasStarted = (pid: number): void => {
  writeFileSync(
    join(root, '.data/running.json'),
    JSON.stringify({ mongoUri: 'mongodb://m', redisUrl: 'redis://r', restUrl: url, pid }),
  );
  writeFileSync(join(root, '.data/secrets.json'), '{"ADMIN_PASSWORD":"made by npm start"}');
};

describe('findShop', () => {
  it('the default is the stack that `npm start` runs, with its administrator', async () => {
    wasStarted(process.pid);

    expect(await findShop(root, {}, undefined)).toEqual({
      baseUrl: url,
      admin: { email: 'admin@flashreserve.example', password: 'made by npm start' },
    });
  });

  it('a given URL is used with the given administrator', async () => {
    const env = { ADMIN_EMAIL: 'me@shop.example', ADMIN_PASSWORD: 'secret enough' };

    expect(await findShop(root, env, `${url}/`)).toEqual({
      baseUrl: url,
      admin: { email: 'me@shop.example', password: 'secret enough' },
    });
  });

  it('without a running stack, the error says what to do', async () => {
    const pidOfNobody = 2 ** 22 + 1;
    wasStarted(pidOfNobody);

    await expect(findShop(root, {}, undefined)).rejects.toThrow(
      'FlashReserve does not run here. Start it with `npm start`',
    );
    await expect(findShop(root, {}, 'http://127.0.0.1:9')).rejects.toThrow(
      'Nothing answers at http://127.0.0.1:9.',
    );
  });
});
