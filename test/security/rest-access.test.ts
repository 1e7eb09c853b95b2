import { ACCESS_TABLE, isIn, operationOf, type Row, SCOPE_TABLE } from './rest-edge/access-table';
import { CALLERS, type Caller, FORGED } from './rest-edge/callers';
import { EFFECTIVE_REQUESTS, prepare } from './rest-edge/effective-requests';
import { sendAs } from './rest-edge/send';
import { ALL_SCOPES, type EdgeWorld, startEdgeWorld, verdictOf } from './rest-edge/world';

// Goal: every operation of the OpenAPI document accepts exactly the callers of its contract,
// refused requests change nothing, and no response contains internal fields. Method: the real
// system on real stores; every kind of caller calls every operation with a request that would
// change or show something. Refused calls come first, while nothing else happens, so that the
// databases before and after can be compared completely.

let world: EdgeWorld;

beforeAll(async () => {
  world = await startEdgeWorld();
});

afterAll(() => world.stop());

type Line = readonly [string, Row, readonly Caller[]];

const linesOf = (wanted: (verdict: string) => boolean): readonly Line[] =>
  Object.entries(ACCESS_TABLE)
    .map(([name, row]): Line => [name, row, CALLERS.filter((caller) => wanted(row[caller]))])
    .filter(([, , callers]) => callers.length > 0);

/** Stored fields that no response contains. */
const STORED_ONLY =
  /"(?:_id|__v|passwordHash|passwordVersion|customerId|initialStock|priceMinorUnits|tombstone|tokenHash|sessionId|\w*[sS]ecret|createdBy|endedAt|retiredAt)":/;

/**
 * What an answer has nevertheless: the document describes fields, administrators see who made an
 * API client, and its secret once, and a guest learns its id. An API client acts for all customers,
 * so it is told which.
 */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  'GET /openapi.json': ['customerId', 'secret', 'client_secret', 'createdBy'],
  'POST /api-clients': ['secret'],
  'POST /auth/guest': ['customerId'],
  'GET /api-clients': ['createdBy'],
  'POST /api-clients/{clientId}/rotate-secret': ['createdBy', 'secret'],
};

it('the access table covers exactly the operations of the OpenAPI document', () => {
  const rows = Object.keys(ACCESS_TABLE);
  const documented = world.document.operations.map(
    ({ method, template }) => `${method} ${template}`,
  );

  expect([...new Set(rows.map(operationOf))].sort()).toEqual(documented.sort());
  expect(Object.keys(EFFECTIVE_REQUESTS).sort()).toEqual(rows.sort());
});

describe.each(linesOf((verdict) => !isIn(verdict)))('%s', (name, row, callers) => {
  it(`refuses ${callers.join(', ')}, despite forged headers, and nothing changes`, async () => {
    const request = await prepare(world, name, 'nobody');
    const before = await world.readState();

    const plain: Record<string, string> = {};
    const forged: Record<string, string> = {};
    for (const caller of callers) {
      plain[caller] = verdictOf(await sendAs(world, caller, name, request));
      forged[caller] = verdictOf(await sendAs(world, caller, name, request, { headers: FORGED }));
    }

    const expected = Object.fromEntries(callers.map((caller) => [caller, row[caller]]));
    expect(plain).toEqual(expected);
    expect(forged).toEqual(expected);
    expect(await world.readState()).toEqual(before);
  });
});

/** Operations that API clients may call, and not everybody. */
const ofClients = Object.keys(ACCESS_TABLE).filter((name) => {
  const row = ACCESS_TABLE[name];
  return row !== undefined && isIn(row.client) && !isIn(row.nobody);
});

it('every operation that admits API clients has a scope, and no other', () => {
  expect(Object.keys(SCOPE_TABLE).sort()).toEqual(ofClients.sort());
});

describe.each(ofClients)('%s', (name) => {
  it(`admits an API client with the scope ${SCOPE_TABLE[name]}, and with no other one`, async () => {
    const request = await prepare(world, name, 'client');
    const before = await world.readState();
    const send = async (scope: string): Promise<string> => {
      const token = world.scopeKeys[scope] ?? '';
      return verdictOf(await sendAs(world, 'client', name, { ...request, token }));
    };

    const verdicts: Record<string, string> = {};
    const others = ALL_SCOPES.filter((scope) => scope !== SCOPE_TABLE[name]);
    for (const scope of others) verdicts[scope] = await send(scope);

    expect(verdicts).toEqual(
      Object.fromEntries(others.map((scope) => [scope, '403 SCOPE_REQUIRED'])),
    );
    expect(await world.readState()).toEqual(before);
    expect(await send(SCOPE_TABLE[name] ?? '')).toBe(ACCESS_TABLE[name]?.client);
  });
});

it('the cookie of the dashboard is accepted by the dashboard only', async () => {
  const closed = Object.keys(ACCESS_TABLE).filter(
    (name) => ACCESS_TABLE[name]?.nobody === '401 TOKEN_MISSING',
  );
  const requests = await Promise.all(
    closed.map(async (name) => ({ name, request: await prepare(world, name, 'nobody') })),
  );
  const headers = { cookie: `flashreserve_admin=${world.tokens.admin}` };
  const before = await world.readState();

  for (const { name, request } of requests) {
    const verdict = verdictOf(await sendAs(world, 'nobody', name, request, { headers }));
    const expected = name === 'GET /admin/queues' ? '200' : '401 TOKEN_MISSING';
    expect([name, verdict]).toEqual([name, expected]);
  }

  expect(await world.readState()).toEqual(before);
});

/** The other requests only read, or would send mail if there were a server. */
const changesSomething = (name: string): boolean =>
  !name.startsWith('GET') && !['DELETE /admin/session', 'POST /auth/password-reset'].includes(name);

describe.each(linesOf(isIn))('%s', (name, row, callers) => {
  it(`accepts ${callers.join(', ')} and exposes no internal field`, async () => {
    for (const caller of callers) {
      const request = await prepare(world, name, caller);
      const before = changesSomething(name) ? await world.readState() : undefined;

      const answer = await sendAs(world, caller, name, request);

      expect([caller, verdictOf(answer)]).toEqual([caller, row[caller]]);
      const text = JSON.stringify(answer.body) ?? '';
      const told = (TOLD[name] ?? []).concat(caller === 'client' ? ['customerId'] : []);
      expect(told.reduce((rest, field) => rest.replaceAll(`"${field}":`, ''), text)).not.toMatch(
        STORED_ONLY,
      );
      // Otherwise a refused request that changes nothing would prove nothing.
      if (before !== undefined) expect(await world.readState()).not.toEqual(before);
    }
  });
});
