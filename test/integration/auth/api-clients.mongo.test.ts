import type { ApiClient } from '@flashreserve/contracts/auth';
import { createTestClock, newId } from '@flashreserve/ops';
import { type Connection, createConnection } from 'mongoose';
import { testStores } from '../../support/stores';
import { type Auth, given, startAuth } from './auth-fixture';

// Goal: an API client gets tokens for its own living secrets and scopes only, no secret can be read
// from the store, and no limit is exceeded by concurrent calls. Method: two instances of auth on
// one real store, with a clock that the test moves.

const OVERLAP_MAX = 604_800;
const SCOPES = ['products:write', 'reservations:write'];
const refused = (kind: string, reason: string) => ({ kind, reason });
const WRONG = refused('unauthenticated', 'INVALID_CREDENTIALS');

const clock = createTestClock(new Date());
let one: Auth;
let two: Auth;
let connection: Connection;
let token: string;

beforeAll(async () => {
  one = await startAuth({ clock });
  two = await startAuth({ clock, prefix: one.prefix });
  connection = await createConnection(testStores().calmMongoUri, {
    dbName: `${one.prefix}_auth`,
    autoIndex: false,
    autoCreate: false,
  }).asPromise();
});
afterAll(async () => {
  await connection.close();
  await one.stop();
  await two.stop();
});
// Tests move the clock by more than the life of a token.
beforeEach(async () => {
  token = await one.adminToken();
});

interface Created {
  readonly client: ApiClient;
  readonly clientId: string;
  readonly clientSecret: string;
}

const create = async (fields: object = {}, auth = one): Promise<Created> => {
  const request = { name: 'Lamp shop', scopes: SCOPES, requestId: '', ...fields };
  const { client, clientSecret } = await auth.call('createApiClient', request, { token });
  return { client: given(client), clientId: given(client).clientId, clientSecret };
};
const rotate = (clientId: string, overlapSeconds: number, auth = one) =>
  auth.call('rotateApiClientSecret', { clientId, overlapSeconds }, { token });
const revoke = (clientId: string) => one.call('revokeApiClient', { clientId }, { token });
const issue = (
  { clientId, clientSecret }: Pick<Created, 'clientId' | 'clientSecret'>,
  scopes: readonly string[] = [],
) => two.call('issueClientToken', { clientId, clientSecret, scopes: [...scopes] });
const claimsOf = (accessToken: string) =>
  JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
const listAll = async (pageSize: number): Promise<readonly ApiClient[]> => {
  const clients: ApiClient[] = [];
  let pageToken = '';
  do {
    const page = await one.call('listApiClients', { pageSize, pageToken }, { token });
    clients.push(...page.clients);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return clients;
};
const stored = (collection: string) =>
  connection.getClient().db(connection.name).collection<{ _id: string }>(collection);

describe('CreateApiClient', () => {
  it('a client and its key are made once; the store has the hash of its secret only', async () => {
    const { client, clientId, clientSecret } = await create({ scopes: [...SCOPES, ...SCOPES] });

    expect(client).toMatchObject({
      clientId: expect.stringMatching(/^[a-z0-9]{16}$/),
      name: 'Lamp shop',
      scopes: SCOPES,
      secrets: [{ endTime: undefined }],
      revokeTime: undefined,
      lastUseTime: undefined,
    });
    expect(clientSecret).toMatch(/^[\w-]{43}$/);
    const document = await stored('api_clients').findOne({ _id: clientId });
    expect(JSON.stringify(document)).toContain('"hash"');
    expect(JSON.stringify(document)).not.toContain(clientSecret);
  });

  it.each<[string, object, string]>([
    ['without a name', { name: '  ' }, 'name'],
    ['with an invisible name', { name: '\u200b' }, 'name'],
    ['with a name of 101 characters', { name: 'x'.repeat(101) }, 'name'],
    ['without scopes', { scopes: [] }, 'scopes'],
    ['with an unknown scope', { scopes: ['products:write', 'admin'] }, 'scopes[1]'],
    ['with a request id that is no UUID', { requestId: 'x' }, 'request_id'],
  ])('a client %s is refused', async (_what, fields, field) => {
    await expect(create(fields)).rejects.toMatchObject({
      reason: 'INVALID_REQUEST',
      fieldViolations: [expect.objectContaining({ field })],
    });
  });

  it('attempts with one request id make one client, and the last secret is the one that works', async () => {
    const requestId = newId();
    const attempts = await Promise.all(
      Array.from({ length: 6 }, (_, index) => create({ requestId }, index % 2 === 0 ? one : two)),
    );
    expect(new Set(attempts.map(({ clientId }) => clientId)).size).toBe(1);

    const last = await create({ requestId });
    for (const attempt of attempts) await expect(issue(attempt)).rejects.toMatchObject(WRONG);
    await expect(issue(last)).resolves.toBeDefined();
    await expect(create({ requestId })).rejects.toMatchObject(
      refused('conflict', 'REQUEST_ID_REUSED'),
    );
    await expect(issue(last)).resolves.toBeDefined();
  });

  it('a request id with other content, or whose client was rotated or revoked, is refused', async () => {
    const [changed, rotated, revoked] = [newId(), newId(), newId()];
    await create({ requestId: changed });
    await rotate((await create({ requestId: rotated })).clientId, 0);
    await revoke((await create({ requestId: revoked })).clientId);

    for (const fields of [
      { requestId: changed, name: 'Another shop' },
      { requestId: changed, scopes: ['products:write'] },
      { requestId: rotated },
      { requestId: revoked },
    ]) {
      await expect(create(fields)).rejects.toMatchObject({ reason: 'REQUEST_ID_REUSED' });
    }
  });
});

describe('IssueClientToken', () => {
  it('a token says who the client is, what it may do and for which secret it was issued', async () => {
    const created = await create();
    const { accessToken, expiresInSeconds, scopes } = await issue(created);

    expect({ expiresInSeconds, scopes }).toEqual({ expiresInSeconds: 900, scopes: SCOPES });
    expect(claimsOf(accessToken)).toMatchObject({
      sub: `client:${created.clientId}`,
      client_id: created.clientId,
      name: 'Lamp shop',
      scope: SCOPES.join(' '),
      sid: created.client.secrets[0]?.secretId,
    });
  });

  it('a token has the requested scopes, and never one that the client does not have', async () => {
    const created = await create();

    expect((await issue(created, ['reservations:write'])).scopes).toEqual(['reservations:write']);
    await expect(issue(created, ['reservations:write', 'sales:write'])).rejects.toMatchObject({
      ...refused('forbidden', 'SCOPE_REQUIRED'),
      metadata: { scope: 'sales:write' },
    });
    await expect(issue(created, ['everything'])).rejects.toMatchObject({
      reason: 'INVALID_REQUEST',
    });
  });

  it('an unknown client, a wrong secret and a revoked client get the same answer', async () => {
    const [created, other, revoked] = [await create(), await create(), await create()];
    await revoke(revoked.clientId);

    const answers = await Promise.all(
      [
        { ...created, clientId: 'nobody' },
        { ...created, clientId: created.clientId.toUpperCase() },
        { ...created, clientSecret: other.clientSecret },
        { ...created, clientSecret: `${created.clientSecret}x` },
        { clientId: 'gateway', clientSecret: 'g'.repeat(32) },
        revoked,
      ].map((credentials) =>
        issue(credentials).catch(({ kind, reason, message }) => ({ kind, reason, message })),
      ),
    );
    expect(answers).toEqual(
      answers.map(() => ({ ...WRONG, message: 'The credentials are not valid.' })),
    );
  });

  it('an API client gets no service token, whatever the credentials', async () => {
    const { clientId, clientSecret } = await create();

    await expect(one.call('issueServiceToken', { clientId, clientSecret })).rejects.toMatchObject(
      WRONG,
    );
  });

  it('the time of the last use is stored, at most once a minute', async () => {
    const created = await create();
    const lastUse = async () =>
      (await listAll(100)).find(({ clientId }) => clientId === created.clientId)?.lastUseTime;
    await issue(created);
    const first = await lastUse();
    clock.advanceMs(59_000);
    await issue(created);
    const second = await lastUse();
    clock.advanceMs(1_000);
    await issue(created);

    expect(first).toBeDefined();
    expect(second).toEqual(first);
    expect((await lastUse())?.getTime()).toBe((first?.getTime() ?? 0) + 60_000);
  });
});

describe('RotateApiClientSecret', () => {
  it('an older secret works until the end of the overlap, and the new one at once', async () => {
    const old = await create();
    const { client, clientSecret } = await rotate(old.clientId, 60);
    const fresh = { ...old, clientSecret };

    expect(given(client).secrets.map(({ endTime }) => endTime)).toEqual([
      new Date(clock.now().getTime() + 60_000),
      undefined,
    ]);
    // No token lives longer than its secret.
    expect((await issue(old)).expiresInSeconds).toBe(60);
    expect((await issue(fresh)).expiresInSeconds).toBe(900);
    clock.advanceMs(58_500);
    expect((await issue(old)).expiresInSeconds).toBe(1);
    clock.advanceMs(600);
    await expect(issue(old)).rejects.toMatchObject(WRONG);
    await expect(issue(fresh)).resolves.toBeDefined();
  });

  it('a rotation never lengthens the life of a secret, and without overlap ends all older ones', async () => {
    const first = await create();
    const second = await rotate(first.clientId, 60);
    const firstEnd = given(second.client).secrets[0]?.endTime;
    const third = await rotate(first.clientId, OVERLAP_MAX);
    expect(given(third.client).secrets[0]?.endTime).toEqual(firstEnd);

    const last = await rotate(first.clientId, 0);

    expect(given(last.client).secrets).toHaveLength(1);
    for (const { clientSecret } of [first, second, third]) {
      await expect(issue({ ...first, clientSecret })).rejects.toMatchObject(WRONG);
    }
    await expect(issue({ ...first, clientSecret: last.clientSecret })).resolves.toBeDefined();
  });

  it('concurrent rotations leave at most three valid secrets, and each one that was returned works', async () => {
    const created = await create();
    const rotations = await Promise.allSettled(
      Array.from({ length: 6 }, (_, index) =>
        rotate(created.clientId, 3_600, index % 2 === 0 ? one : two),
      ),
    );
    const secrets = rotations.flatMap((rotation) =>
      rotation.status === 'fulfilled' ? [rotation.value.clientSecret] : [],
    );

    expect(secrets).toHaveLength(2);
    for (const clientSecret of [created.clientSecret, ...secrets]) {
      await expect(issue({ ...created, clientSecret })).resolves.toBeDefined();
    }
    for (const rotation of rotations) {
      if (rotation.status === 'rejected') {
        expect(rotation.reason).toMatchObject(refused('precondition', 'SECRET_LIMIT_EXCEEDED'));
      }
    }
  });

  it('an unknown client, a revoked one and an overlap out of range are refused', async () => {
    const { clientId } = await create();
    for (const overlap of [-1, OVERLAP_MAX + 1]) {
      await expect(rotate(clientId, overlap)).rejects.toMatchObject({ reason: 'INVALID_REQUEST' });
    }
    await expect(rotate('nobody', 0)).rejects.toMatchObject(
      refused('not-found', 'API_CLIENT_NOT_FOUND'),
    );
    await revoke(clientId);
    await expect(rotate(clientId, 0)).rejects.toMatchObject(
      refused('precondition', 'API_CLIENT_REVOKED'),
    );
  });
});

describe('RevokeApiClient', () => {
  it('a client is revoked once, and stays as it was when it is revoked again', async () => {
    const { clientId } = await create();
    const revoked = await revoke(clientId);
    clock.advanceMs(1_000);

    expect(given(revoked.client)).toMatchObject({ secrets: [], revokeTime: expect.any(Date) });
    await expect(revoke(clientId)).resolves.toEqual(revoked);
    await expect(revoke('nobody')).rejects.toMatchObject({ reason: 'API_CLIENT_NOT_FOUND' });
  });
});

describe('ListApiClients', () => {
  it('clients are listed newest first, page by page, each once', async () => {
    for (let count = 0; count < 3; count += 1) {
      await create();
      clock.advanceMs(1);
    }
    const all = await listAll(100);

    expect(await listAll(2)).toEqual(all);
    const times = all.map(({ createTime }) => createTime?.getTime() ?? 0);
    expect(times).toEqual([...times].sort((older, newer) => newer - older));
    await expect(
      one.call('listApiClients', { pageSize: 0, pageToken: 'x' }, { token }),
    ).rejects.toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
  });
});

describe('the limit of clients', () => {
  it('concurrent creations never exceed it, and a revoked client makes room', async () => {
    const { clientId } = await create();
    await stored('guards').updateOne({ _id: 'api_clients' }, { $set: { clients: 998 } });

    const creations = await Promise.allSettled(
      Array.from({ length: 6 }, (_, index) => create({}, index % 2 === 0 ? one : two)),
    );

    expect(creations.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    await expect(create()).rejects.toMatchObject(
      refused('precondition', 'API_CLIENT_LIMIT_EXCEEDED'),
    );
    await revoke(clientId);
    await revoke(clientId);
    await expect(create()).resolves.toBeDefined();
    await expect(create()).rejects.toMatchObject({ reason: 'API_CLIENT_LIMIT_EXCEEDED' });
  });
});
