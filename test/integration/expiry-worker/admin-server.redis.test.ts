import { type RequestOptions, request } from 'node:http';
import { EXPIRY_JOB_NAMES } from '@flashreserve/contracts';
import { z } from 'zod';
import { eventually } from '../../support/eventually';
import { NO_SWEEPS, startWorld, type World } from './world';

let world: World;
let baseUrl: string;

beforeAll(async () => {
  world = await startWorld({ ttlSeconds: 600 });
  const worker = await world.startWorker({ ...NO_SWEEPS, DASHBOARD_MAY_CHANGE_QUEUE: 'true' });
  baseUrl = `http://127.0.0.1:${worker.port}`;
});
afterEach(async () => {
  world.redisProxy.setMode('pass');
  world.catalogProxy.setMode('pass');
});
afterAll(async () => {
  await world.stop();
});

/** The credentials of the gateway. */
const asGateway = () => ({ authorization: `Bearer ${world.serviceToken('gateway')}` });

const get = async (path: string) => {
  const response = await fetch(`${baseUrl}${path}`, { headers: asGateway() });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    headers: response.headers,
    text: await response.text(),
  };
};

const queuesBody = z.object({
  queues: z.array(
    z.object({
      name: z.string(),
      readOnlyMode: z.boolean(),
      allowRetries: z.boolean(),
      counts: z.record(z.string(), z.number()),
      jobs: z.array(z.object({ id: z.string(), failedReason: z.string().optional() })),
    }),
  ),
});

const showQueue = async (jobStatus: string) => {
  const { status, text } = await get(
    `/admin/queues/api/queues?activeQueue=expiry&status=${jobStatus}&page=1&jobsPerPage=20`,
  );
  expect(status).toBe(200);
  const [queue, ...others] = queuesBody.parse(JSON.parse(text)).queues;
  expect(others).toEqual([]);
  if (queue === undefined) throw new TypeError('The dashboard shows no queue.');
  return queue;
};

const waitUntilReady = (): Promise<void> =>
  eventually(async () => {
    expect((await get('/readyz')).status).toBe(200);
  }, 10_000);

describe('the dashboard', () => {
  it('the dashboard is a page at /admin/queues with all links below that path', async () => {
    const page = await get('/admin/queues');

    expect(page).toMatchObject({ status: 200, type: expect.stringContaining('text/html') });
    expect(page.text).toContain('<base href="/admin/queues/"');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(page.headers.get('x-powered-by')).toBeNull();
    const scripts = [...page.text.matchAll(/src="(static\/[^"]+\.js)"/g)].map(([, path]) => path);
    expect(scripts.length).toBeGreaterThan(0);
    for (const path of scripts) {
      const script = await get(`/admin/queues/${path}`);
      expect(script).toMatchObject({ status: 200, type: expect.stringContaining('javascript') });
    }
  });

  it('the dashboard shows a poison job with its error and can retry it', async () => {
    await waitUntilReady();
    const poison = await world.queue.add(EXPIRY_JOB_NAMES.expire, { reservationId: 'no uuid' });
    const id = String(poison.id);
    await eventually(async () => {
      expect(await poison.getState()).toBe('failed');
    }, 5_000);

    const queue = await showQueue('failed');
    expect(queue).toMatchObject({ name: 'expiry', readOnlyMode: false, allowRetries: true });
    expect(queue.counts['failed']).toBe(1);
    expect(queue.jobs).toEqual([
      expect.objectContaining({ id, failedReason: expect.stringContaining('unusable') }),
    ]);

    const retried = await fetch(`${baseUrl}/admin/queues/api/queues/expiry/${id}/retry`, {
      method: 'PUT',
      headers: asGateway(),
    });
    expect(retried.status).toBe(204);
    await eventually(async () => {
      const job = await world.queue.getJob(id);
      expect(await job?.getState()).toBe('failed');
      expect(job?.attemptsStarted).toBe(2);
    }, 5_000);
  });

  it('the dashboard shows pending expiry jobs', async () => {
    const held = await world.reserve(await world.newProduct(1));

    await eventually(async () => {
      const { jobs } = await showQueue('delayed');
      expect(jobs.map(({ id }) => id)).toContain(`expire-${held.reservationId}`);
    }, 5_000);
  });

  it('the dashboard returns a problem at once while Redis is down, and works again afterwards', async () => {
    await waitUntilReady();
    world.redisProxy.setMode('refuse');
    await eventually(async () => {
      const answer = await get('/admin/queues/api/queues');
      expect(answer).toMatchObject({
        status: 503,
        type: expect.stringContaining('application/problem+json'),
      });
      expect(JSON.parse(answer.text)).toMatchObject({ reason: 'QUEUE_UNAVAILABLE' });
    }, 3_000);

    world.redisProxy.setMode('pass');
    await eventually(() => showQueue('failed'), 10_000);
  });
});

describe('every response of the worker', () => {
  it('every response has the security headers and is not readable by other origins', async () => {
    for (const path of ['/healthz', '/readyz', '/nothing', '/admin/queues', '/admin/queues/%E0']) {
      const { headers } = await get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
      expect(headers.get('content-security-policy')).toContain('frame-ancestors');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe('the dashboard at the port of the worker', () => {
  /** Uses node:http, because fetch sets Host and Origin itself. */
  const ask = (options: RequestOptions, port = new URL(baseUrl).port): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, ...options }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          const { reason } = JSON.parse(text || '{}') as { readonly reason?: string };
          resolve([response.statusCode, reason].filter(Boolean).join(' '));
        });
      });
      sent.on('error', reject);
      sent.end(options.method === 'POST' ? '{"name":"expire","data":{}}' : undefined);
    });
  const path = '/admin/queues/api/queues';
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it.each([
    [
      'a browser that uses a foreign host name',
      () => ({ host: 'evil.example' }),
      '403 HOST_NOT_ALLOWED',
    ],
    [
      'a foreign host name with a token of the gateway',
      () => ({ host: 'evil.example', ...asGateway() }),
      '403 HOST_NOT_ALLOWED',
    ],
    [
      'a page of another site',
      () => ({ origin: 'https://evil.example' }),
      '403 CROSS_SITE_REQUEST',
    ],
    [
      'a frame of another site',
      () => ({ 'sec-fetch-site': 'cross-site' }),
      '403 CROSS_SITE_REQUEST',
    ],
    ['a request without a token', () => ({}), '401 TOKEN_MISSING'],
    ['a made-up token', () => bearer('a.b.c'), '401 TOKEN_INVALID'],
    ['an administrator', () => bearer(world.userToken('root', 'ADMIN')), '403 SERVICE_REQUIRED'],
    ['another component', () => bearer(world.serviceToken('catalog')), '403 SERVICE_NOT_ALLOWED'],
  ])('the dashboard port refuses %s', async (_who, headers, refusal) => {
    const before = await world.queue.getJobCounts();
    await expect(ask({ path, headers: headers() })).resolves.toBe(refusal);
    const adding = { path: `${path}/expiry/add`, method: 'POST' };
    const text = { 'content-type': 'text/plain' };
    await expect(ask({ ...adding, headers: { ...text, ...headers() } })).resolves.toBe(refusal);
    expect(await world.queue.getJobCounts()).toEqual(before);
  });

  it('the dashboard is read-only unless changes are enabled', async () => {
    const readOnly = await world.startWorker(NO_SWEEPS);
    const before = await world.queue.getJobCounts();
    const headers = asGateway();
    await eventually(async () => {
      await expect(ask({ path, headers }, String(readOnly.port))).resolves.toBe('200');
    }, 10_000);

    for (const [method, action] of [
      ['PUT', 'pause'],
      ['POST', 'add'],
      ['PUT', 'clean/failed'],
    ]) {
      const change = { path: `${path}/expiry/${action}`, method, headers };
      const answer = await ask(change, String(readOnly.port));
      expect([action, answer]).toEqual([action, '403 DASHBOARD_READ_ONLY']);
    }
    expect(await world.queue.getJobCounts()).toEqual(before);
    expect(await world.queue.isPaused()).toBe(false);
  });
});

describe('a worker with its dashboard disabled', () => {
  it('a worker with its dashboard disabled is healthy and serves nothing under /admin/queues', async () => {
    const worker = await world.startWorker({ ...NO_SWEEPS, NODE_ENV: 'production' });
    const statuses = ['/healthz', '/admin/queues', '/admin/queues/api/queues'].map(
      async (path) => (await fetch(`http://127.0.0.1:${worker.port}${path}`)).status,
    );

    expect(await Promise.all(statuses)).toEqual([200, 404, 404]);
  });
});

describe('health', () => {
  it('the worker is alive even if Redis is down', async () => {
    world.redisProxy.setMode('refuse');

    expect(await get('/healthz')).toMatchObject({ status: 200 });
  });

  it('the worker is ready when reservation, catalog and Redis answer', async () => {
    await waitUntilReady();

    expect(JSON.parse((await get('/readyz')).text)).toEqual({
      status: 'ready',
      dependencies: { reservation: 'up', catalog: 'up', redis: 'up' },
    });
  });

  it('the worker reports which dependency is down when it is not ready', async () => {
    await waitUntilReady();
    world.redisProxy.setMode('refuse');

    const answer = await eventually(async () => {
      const tried = await get('/readyz');
      expect(tried.status).toBe(503);
      return tried;
    }, 5_000);

    expect(answer.type).toContain('application/problem+json');
    expect(JSON.parse(answer.text)).toMatchObject({
      reason: 'NOT_READY',
      status: 503,
      instance: '/readyz',
      dependencies: { reservation: 'up', catalog: 'up', redis: 'down' },
      reasons: { redis: 'Cannot connect. The sweep still expires reservations.' },
    });
    world.redisProxy.setMode('pass');
    await waitUntilReady();
  });

  it('an unknown and a malformed path get a problem', async () => {
    const unknown = await get('/nothing/here');
    expect(unknown).toMatchObject({
      status: 404,
      type: expect.stringContaining('application/problem+json'),
    });
    expect(JSON.parse(unknown.text)).toMatchObject({ reason: 'ROUTE_NOT_FOUND', status: 404 });

    const malformed = await get('/admin/queues/queue/%E0%A4%A');
    expect(malformed.status).toBe(400);
    expect(malformed.type).toContain('application/problem+json');
  });

  it('an invalid JSON body gets a problem before it reaches the dashboard', async () => {
    const answer = await fetch(`${baseUrl}/admin/queues/api/queues`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...asGateway() },
      body: '0',
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ reason: 'INVALID_REQUEST', status: 400 });
  });
});
