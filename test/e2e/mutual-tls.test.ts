import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createHealthProbe } from '@flashreserve/rpc';
import { writeIdentities } from '../../scripts/src/dev-ca/write-identities';
import { COMPONENT_NAMES, type Instance } from '../../scripts/src/start/topology';
import { freePorts, type ProcessStack, startProcessStack } from '../support/process-stack';
import { createShop, reservationOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

// Goal: the whole stack works with a certificate per component, including readiness and the
// container's health check. Starting at all shows that `npm start` uses certificates, because each
// name differs from the address.

const HOUR_MS = 3_600_000;
const HEALTH_CHECK = resolve(__dirname, '../../deploy/healthcheck.sh');
const run = promisify(execFile);

let folder: string;
let stack: ProcessStack;
let shop: Shop;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flashreserve-tls-'));
  const now = Date.now();
  await writeIdentities(folder, COMPONENT_NAMES, {
    notBefore: new Date(now - HOUR_MS),
    notAfter: new Date(now + HOUR_MS),
  });
  const metricsPorts = await freePorts();
  stack = await startProcessStack({
    prefix: uniquePrefix(),
    env: { GRPC_TLS_DIR: folder },
    rewireEnv: ({ component }) => ({ METRICS_PORT: String(metricsPorts[component]) }),
  });
  shop = createShop(stack.urls[0], stack.env);
}, 120_000);

afterAll(async () => {
  await shop.expectCleanAudit();
  await stack.stop();
  rmSync(folder, { recursive: true });
});

const servers = (): readonly Instance[] =>
  stack.instances.filter(({ component }) => /^(auth|catalog|reservation)$/.test(component));

it('with mutual TLS a sale works, with every call between components encrypted', async () => {
  const buyer = await shop.newBuyer();
  const productId = await shop.newProduct(3);

  const kept = reservationOf(await shop.reserve(buyer, productId));
  const given = reservationOf(await shop.reserve(buyer, productId));
  expect((await shop.confirm(buyer, kept.reservationId)).status).toBe(200);
  expect((await shop.cancel(buyer, given.reservationId)).status).toBe(200);

  await shop.expectStock(productId, { available: 2, held: 0, sold: 1 });
});

it('with mutual TLS plaintext connections get no response', async () => {
  for (const { port } of servers()) {
    const probe = createHealthProbe(`127.0.0.1:${port}`);
    expect(await probe.isServing(3_000)).toBe(false);
    probe.close();
  }
});

it('with mutual TLS the health check of the containers passes without a certificate', async () => {
  for (const { env } of stack.instances) {
    for (const args of [[], ['ready']]) {
      await expect(run('bash', [HEALTH_CHECK, ...args], { env })).resolves.toBeDefined();
    }
  }
});
