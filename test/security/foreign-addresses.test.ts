import { type AddressInfo, createServer, type Server } from 'node:net';
import { createRawClient } from '../bad-input/rest/client';
import { fullBody, placesIn } from './rest-edge/bodies';
import { type EdgeWorld, startEdgeWorld } from './rest-edge/world';

// Goal: no request can make the system connect to an address of the caller's choice. Method: no
// input of the OpenAPI document is an address, and the only route that forwards requests never
// forwards to a server that the request names.

const ADDRESS = /ur[il]|href|link|host|callback|webhook|redirect|address|image|origin/i;

let world: EdgeWorld;
let stranger: Server;
let connections = 0;

beforeAll(async () => {
  world = await startEdgeWorld();
  stranger = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await new Promise((resolve) => stranger.close(resolve));
  await world.stop();
});

it('no operation accepts a network address as input', () => {
  for (const operation of world.document.operations) {
    const fields = placesIn(fullBody(world, operation)).map((place) => place.at(-1) ?? '');
    // Host only appears in the URLs of a document; nothing connects to it.
    const headers = operation.headerNames.filter((name) => name !== 'Host');
    const names = [...fields, ...operation.queryNames, ...headers];
    expect(names.filter((name) => ADDRESS.test(name))).toEqual([]);
  }
});

it('the dashboard connects only to the worker, whatever server a request names', async () => {
  const { port } = stranger.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const { send, close } = createRawClient(world.stack.urls[0]);
  const forwarded = [
    ['x-forwarded-host', host],
    ['x-original-url', `http://${host}/`],
    ['forwarded', `host=${host};proto=http`],
    ['referer', `http://${host}/`],
  ] as const;
  const paths = [
    `http://${host}/admin/queues/api/queues`,
    '/admin/queues/api/queues',
    `/admin/queues/http://${host}/`,
    `/admin/queues//${host}/`,
    `/admin/queues/..//${host}/`,
    `/admin/queues@${host}/`,
    `/admin/queues/api/queues?target=http://${host}/&url=http://${host}/`,
  ];

  const statuses: number[] = [];
  for (const path of paths) {
    const headers = [['authorization', `Bearer ${world.tokens.admin}`] as const, ...forwarded];
    const { status } = await send({ method: 'GET', path, headers, body: undefined });
    statuses.push(status);
  }
  close();

  expect(statuses.slice(0, 2)).toEqual([200, 200]);
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
  expect(connections).toBe(0);
});
