import { isScope, SCOPES } from '@flashreserve/contracts';
import { type DomainError, fromServiceError } from '@flashreserve/rpc';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { connectState, type StateReader } from '../../bad-input/state';
import { newApiClient } from '../../support/api-clients';
import { type InProcessStack, startInProcessStack } from '../../support/in-process-stack';
import { createShop, reservationOf, type Shop } from '../../support/shop';
import { uniquePrefix } from '../../support/stores';
import {
  CALLERS,
  type Caller,
  fetchExpiredToken,
  fetchGuestToken,
  fetchServiceToken,
} from './rpc-callers';
import { effectiveRequests, RPCS, type Rpc, type ServiceName } from './rpc-requests';
import { type Row, TABLE } from './rpc-table';

// Goal: every RPC accepts exactly the callers of its contract, and refused calls change nothing.
// Method: the real services on real stores; every kind of caller calls every RPC of the proto files
// directly. A caller that must be refused sends a request that would change something; one that
// must be accepted sends an empty one and may get any response but a refusal.

let stack: InProcessStack;
let shop: Shop;
let state: StateReader;
let clients: Readonly<Record<ServiceName, Client>>;
let tokens: Readonly<Record<Caller, string | undefined>>;
let requests: Readonly<Record<string, object>>;

beforeAll(async () => {
  const prefix = uniquePrefix();
  const expired = await fetchExpiredToken(prefix);
  stack = await startInProcessStack({ prefix, env: expired.env });
  shop = createShop(stack.urls[0], stack.env);
  state = await connectState(stack.env['MONGO_URI'] ?? '', prefix);
  clients = {
    auth: new Client(stack.grpc.auth, credentials.createInsecure()),
    catalog: new Client(stack.grpc.catalog, credentials.createInsecure()),
    reservation: new Client(stack.grpc.reservation, credentials.createInsecure()),
  };
  const serviceToken = (id: string) => fetchServiceToken(stack.grpc.auth, stack.env, id);
  const buyer = await shop.newBuyer();
  const productId = await shop.newProduct(100);
  const { reservationId } = reservationOf(await shop.reserve(buyer, productId));
  const adminToken = await shop.adminToken();
  const scopes = Object.keys(SCOPES).filter(isScope);
  const apiClient = await newApiClient(stack.grpc.auth, { adminToken, scopes });
  requests = effectiveRequests({ buyer, productId, reservationId, apiClient });
  tokens = {
    anonymous: undefined,
    guest: await fetchGuestToken(stack.grpc.auth),
    customer: buyer.token,
    admin: adminToken,
    client: apiClient.token,
    catalog: await serviceToken('catalog'),
    reservation: await serviceToken('reservation'),
    'expiry-worker': await serviceToken('expiry-worker'),
    gateway: await serviceToken('gateway'),
    'dev-service': await serviceToken('dev-service'),
    expired: expired.token,
  };
});

afterAll(async () => {
  for (const client of Object.values(clients)) client.close();
  await state.close();
  await shop.expectCleanAudit();
  await stack.stop();
});

/** Calls an RPC with these bytes; undefined on success. */
const knock = (
  { service, method }: Rpc,
  request: Buffer,
  options: { readonly token: string | undefined; readonly headers?: Record<string, string> },
): Promise<DomainError | undefined> => {
  const metadata = new Metadata();
  if (options.token !== undefined) metadata.set('authorization', `Bearer ${options.token}`);
  for (const [name, value] of Object.entries(options.headers ?? {})) metadata.set(name, value);
  return new Promise((resolve) => {
    const asIs = (bytes: Buffer): Buffer => bytes;
    const call = clients[service].makeServerStreamRequest(
      method.path,
      asIs,
      asIs,
      request,
      metadata,
      { deadline: Date.now() + 10_000 },
    );
    call.once('data', () => {
      resolve(undefined);
      call.cancel();
    });
    call.once('end', () => resolve(undefined));
    call.on('error', (error: ServiceError) => resolve(fromServiceError(error)));
  });
};

const rowOf = ({ name }: Rpc): Row => {
  const row = TABLE[name];
  if (row === undefined) throw new Error(`The table says nothing about ${name}.`);
  return row;
};
const effective = ({ name, method }: Rpc): Buffer => method.requestSerialize(requests[name]);
const isUser = (caller: Caller): boolean => ['guest', 'customer', 'admin'].includes(caller);
/** A service must name the customer; without it the call is correctly refused. */
const harmless = (rpc: Rpc, caller: Caller): Buffer => {
  if (rpc.name === 'reservation.listReservations' && !isUser(caller)) return effective(rpc);
  // A guest needs no password; one that is too long is refused.
  if (rpc.name === 'auth.deleteAccount') {
    return rpc.method.requestSerialize({ password: 'x'.repeat(200) });
  }
  return Buffer.alloc(0);
};

const kindOf = (reason: string): string =>
  reason.startsWith('TOKEN_') ? 'unauthenticated' : 'forbidden';
const isRefusal = (reason: string): boolean =>
  CALLERS.some((caller) => RPCS.some((rpc) => rowOf(rpc)[caller] === reason));

const FORGED = {
  'x-user-id': '00000000-0000-4000-8000-000000000001',
  'x-user-role': 'ADMIN',
  'x-role': 'ADMIN',
  'x-client-id': 'reservation',
  'x-service': 'expiry-worker',
  'x-forwarded-user': 'admin',
  'x-forwarded-client-cert': 'Subject="CN=reservation"',
  'x-internal': 'true',
};

it('the access table covers exactly the RPCs of the proto files', () => {
  expect(RPCS.map(({ name }) => name).sort()).toEqual(Object.keys(TABLE).sort());
});

describe.each(RPCS.map((rpc) => [rpc.name, rpc] as const))('%s', (_name, rpc) => {
  const row = rowOf(rpc);
  const refused = CALLERS.filter((caller) => row[caller] !== 'in');
  const letIn = CALLERS.filter((caller) => row[caller] === 'in');

  it(`refuses ${refused.join(', ')}, and nothing changes`, async () => {
    const before = await state.read();

    const outcomes = new Map<Caller, string | undefined>();
    for (const caller of refused) {
      const plain = await knock(rpc, effective(rpc), { token: tokens[caller] });
      const forged = await knock(rpc, effective(rpc), { token: tokens[caller], headers: FORGED });
      expect([plain?.kind, forged?.kind]).toEqual([kindOf(row[caller]), kindOf(row[caller])]);
      expect(forged?.reason).toBe(plain?.reason);
      outcomes.set(caller, plain?.reason);
    }

    expect(outcomes).toEqual(new Map(refused.map((caller) => [caller, row[caller]])));
    expect(await state.read()).toEqual(before);
  });

  it(`accepts ${letIn.join(', ')}`, async () => {
    for (const caller of letIn) {
      const answer = await knock(rpc, harmless(rpc, caller), { token: tokens[caller] });
      const reason = answer?.reason ?? 'ok';
      expect([caller, isRefusal(reason) ? reason : 'in']).toEqual([caller, 'in']);
    }
  });
});

it('only the token identifies a user, whatever other metadata claims', async () => {
  const [thief, victim] = await shop.newBuyers(2);
  if (thief === undefined || victim === undefined) throw new Error('No buyers.');
  const productId = await shop.newProduct(5);
  const { reservationId } = reservationOf(await shop.reserve(victim, productId));
  const headers = { ...FORGED, 'x-user-id': victim.userId, 'x-customer-id': victim.userId };
  const steal = (name: string) => {
    const rpc = RPCS.find((each) => each.name === name);
    if (rpc === undefined) throw new Error(`No RPC ${name}.`);
    const request = rpc.method.requestSerialize({ customerId: '', reservationId });
    return knock(rpc, request, { token: thief.token, headers });
  };
  const before = await state.read();

  for (const method of ['getReservation', 'confirmReservation', 'cancelReservation']) {
    expect((await steal(`reservation.${method}`))?.reason).toBe('RESERVATION_NOT_FOUND');
  }

  expect(await state.read()).toEqual(before);
});
