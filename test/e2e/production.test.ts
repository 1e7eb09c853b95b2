import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { createShop, reasonOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

// Goal: diagnostic interfaces are off in production unless they are enabled.

const PAGES = ['/', '/api-docs', '/openapi.json', '/admin/sign-in', '/admin/queues'];
const REFLECTION = ['v1', 'v1alpha'].map(
  (version) => `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
);
/** A protobuf request to list the services. */
const LIST_SERVICES = Buffer.from([0x3a, 0x00]);

const asIs = (bytes: Buffer): Buffer => bytes;

/** The status of a call of server reflection. */
const reflectOn = (target: string, method: string): Promise<number> =>
  new Promise((resolve) => {
    const client = new Client(target, credentials.createInsecure());
    const call = client.makeBidiStreamRequest(method, asIs, asIs);
    call.on('data', () => {
      call.end();
    });
    call.on('error', ({ code }: ServiceError) => {
      client.close();
      resolve(code);
    });
    call.on('status', ({ code }: { readonly code: number }) => {
      client.close();
      resolve(code);
    });
    call.write(LIST_SERVICES);
  });

const reflectOnAll = async (stack: InProcessStack): Promise<readonly number[]> => {
  const codes: number[] = [];
  for (const target of Object.values(stack.grpc)) {
    for (const method of REFLECTION) codes.push(await reflectOn(target, method));
  }
  return codes;
};

const pageStatuses = async (shop: Shop): Promise<readonly number[]> => {
  const token = await shop.adminToken();
  const statuses: number[] = [];
  for (const path of PAGES) statuses.push((await shop.rest('GET', path, { token })).status);
  return statuses;
};

it('in production the API works without documentation, dashboard or reflection', async () => {
  const env = { NODE_ENV: 'production' };
  const stack = await startInProcessStack({ prefix: uniquePrefix(), env });
  const shop = createShop(stack.urls[0], stack.env);

  expect(await pageStatuses(shop)).toEqual(PAGES.map(() => 404));
  expect(reasonOf(await shop.rest('GET', '/api-docs'))).toBe('ROUTE_NOT_FOUND');
  expect((await fetch(`http://127.0.0.1:${stack.workerPort}/admin/queues`)).status).toBe(404);
  expect(new Set(await reflectOnAll(stack))).toEqual(new Set([status.UNIMPLEMENTED]));
  const productId = await shop.newProduct(1);
  expect((await shop.reserve(await shop.newBuyer(), productId)).status).toBe(201);

  await stack.stop();
});

it('in production documentation, dashboard and reflection can be enabled', async () => {
  const env = {
    NODE_ENV: 'production',
    API_DOCS: 'true',
    QUEUE_DASHBOARD: 'true',
    GRPC_REFLECTION: 'true',
    CORS_ORIGINS: 'https://shop.example',
  };
  const stack = await startInProcessStack({ prefix: uniquePrefix(), env });
  const shop = createShop(stack.urls[0], stack.env);

  expect(await pageStatuses(shop)).toEqual([303, 200, 200, 200, 200]);
  expect(new Set(await reflectOnAll(stack))).toEqual(new Set([status.OK]));
  const { headers } = await shop.rest('GET', '/products', {
    headers: { origin: 'https://shop.example' },
  });
  expect(headers.get('access-control-allow-origin')).toBe('https://shop.example');

  await stack.stop();
});
