import type { ApiClient, CreateApiClientRequest } from '@flashreserve/contracts/auth';
import { DomainError } from '@flashreserve/rpc';
import type { AuthApi } from '../../grpc/auth.client';
import { ask, pointersOf, TIME } from '../../testing/ask';
import { USER_ID } from '../../testing/start-test-gateway';

const CLIENT_ID = 'k3v7q2m9x4t8w1zb';
const SECRET = 'uX2nR7cQ0aVb5LkT9yHs3WdEgJm6PzFq1iNo8CxBtYw';
const SECRET_ID = '0198a1b7-4444-7444-8444-444444444444';
const CLIENT: ApiClient = {
  clientId: CLIENT_ID,
  name: 'Web shop',
  scopes: ['reservations:read'],
  secrets: [{ secretId: SECRET_ID, createTime: TIME, endTime: undefined }],
  createdBy: USER_ID,
  createTime: TIME,
  revokeTime: undefined,
  lastUseTime: undefined,
};
const NOW = TIME.toISOString();
const NEW_CLIENT = { name: 'Web shop', scopes: ['reservations:read'] };
const ROTATE = `POST /api-clients/${CLIENT_ID}/rotate-secret`;

/** An auth service that notes what it is asked to create, and how secrets are rotated. */
const createRecorder = () => {
  const created: CreateApiClientRequest[] = [];
  const overlaps: number[] = [];
  const auth: Partial<AuthApi> = {
    createApiClient: async (request) => {
      created.push(request);
      return { client: CLIENT, clientSecret: SECRET };
    },
    rotateApiClientSecret: async ({ overlapSeconds }) => {
      overlaps.push(overlapSeconds);
      return { client: CLIENT, clientSecret: SECRET };
    },
  };
  return { auth, created, overlaps };
};

describe('API clients', () => {
  it.each([
    ['POST /api-clients', { body: NEW_CLIENT }],
    ['GET /api-clients', {}],
    [ROTATE, {}],
    [`DELETE /api-clients/${CLIENT_ID}`, {}],
  ])('%s is for administrators only', async (target, sending) => {
    const ofCustomer = await ask(target, { token: 'customer', ...sending });
    const ofClient = await ask(target, { token: 'client', ...sending });
    const ofNobody = await ask(target, sending);
    expect([ofCustomer.json['reason'], ofClient.json['reason'], ofNobody.json['reason']]).toEqual([
      'ADMIN_REQUIRED',
      'ADMIN_REQUIRED',
      'TOKEN_MISSING',
    ]);
  });

  it('a new client is answered with its secret and its key, which no cache may store', async () => {
    const { auth, created } = createRecorder();
    const answer = await ask('POST /api-clients', { token: 'admin', body: NEW_CLIENT }, { auth });

    expect(answer.status).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json).toEqual({
      clientId: CLIENT_ID,
      name: 'Web shop',
      scopes: ['reservations:read'],
      secret: SECRET,
      apiKey: `fr_${CLIENT_ID}_${SECRET}`,
      createdAt: NOW,
    });
    expect(created).toEqual([{ ...NEW_CLIENT, requestId: expect.any(String) }]);
  });

  it('retries with one Idempotency-Key have one request id, others have their own', async () => {
    const { auth, created } = createRecorder();
    for (const key of ['one', 'one', 'two', undefined, undefined]) {
      const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
      await ask('POST /api-clients', { token: 'admin', body: NEW_CLIENT, headers }, { auth });
    }
    const [first, again, ...others] = created.map(({ requestId }) => requestId);

    expect(again).toBe(first);
    expect(new Set([first, ...others]).size).toBe(4);
  });

  it.each([
    ['an unknown scope', { ...NEW_CLIENT, scopes: ['everything'] }, '/scopes/0'],
    ['no scope', { ...NEW_CLIENT, scopes: [] }, '/scopes'],
    ['no name', { scopes: NEW_CLIENT.scopes }, '/name'],
    ['an unknown field', { ...NEW_CLIENT, secret: 'mine' }, '/secret'],
  ])('a client with %s is refused before auth is asked', async (_name, body, pointer) => {
    const answer = await ask('POST /api-clients', { token: 'admin', body });
    expect([answer.status, pointersOf(answer)]).toEqual([400, [pointer]]);
  });

  it('the list shows when clients were used and revoked and secrets end, and no secret', async () => {
    const used: ApiClient = {
      ...CLIENT,
      secrets: [{ secretId: SECRET_ID, createTime: TIME, endTime: TIME }],
      revokeTime: TIME,
      lastUseTime: TIME,
    };
    const asked: unknown[] = [];
    const auth: Partial<AuthApi> = {
      listApiClients: async (request) => {
        asked.push(request);
        return { clients: [CLIENT, used], nextPageToken: 'next' };
      },
    };
    const target = 'GET /api-clients?pageSize=2&pageToken=here';
    const { status, json } = await ask(target, { token: 'admin' }, { auth });

    const shown = {
      clientId: CLIENT_ID,
      name: 'Web shop',
      scopes: ['reservations:read'],
      createdBy: USER_ID,
      createdAt: NOW,
      secrets: [{ secretId: SECRET_ID, createdAt: NOW }],
    };
    const ended = [{ secretId: SECRET_ID, createdAt: NOW, endsAt: NOW }];
    expect(status).toBe(200);
    expect(json).toEqual({
      items: [shown, { ...shown, revokedAt: NOW, lastUsedAt: NOW, secrets: ended }],
      nextPageToken: 'next',
    });
    expect(asked).toEqual([{ pageSize: 2, pageToken: 'here' }]);
  });

  it('a rotation ends older secrets at once, unless it names an overlap', async () => {
    const { auth, overlaps } = createRecorder();
    const answer = await ask(ROTATE, { token: 'admin' }, { auth });
    await ask(ROTATE, { token: 'admin', body: {} }, { auth });
    await ask(ROTATE, { token: 'admin', body: { overlapSeconds: 604_800 } }, { auth });

    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json).toMatchObject({
      clientId: CLIENT_ID,
      secret: SECRET,
      apiKey: `fr_${CLIENT_ID}_${SECRET}`,
    });
    expect(overlaps).toEqual([0, 0, 604_800]);
  });

  it.each([-1, 604_801, 1.5, '60'])('an overlap of %p is refused', async (overlapSeconds) => {
    const answer = await ask(ROTATE, { token: 'admin', body: { overlapSeconds } });
    expect([answer.status, pointersOf(answer)]).toEqual([400, ['/overlapSeconds']]);
  });

  it('a client is revoked without content, and an unknown one is not found', async () => {
    const auth: Partial<AuthApi> = {
      revokeApiClient: async (clientId) => {
        if (clientId === CLIENT_ID) return CLIENT;
        throw new DomainError({
          kind: 'not-found',
          reason: 'API_CLIENT_NOT_FOUND',
          message: 'No API client has this id.',
        });
      },
    };
    const revoked = await ask(`DELETE /api-clients/${CLIENT_ID}`, { token: 'admin' }, { auth });
    const unknown = await ask('DELETE /api-clients/nobody', { token: 'admin' }, { auth });

    expect([revoked.status, revoked.text]).toEqual([204, '']);
    expect([unknown.status, unknown.json['reason']]).toEqual([404, 'API_CLIENT_NOT_FOUND']);
  });
});
