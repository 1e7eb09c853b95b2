import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Role, World } from '../world';
import type { Rpc } from './descriptors';
import { type KnownFields, requestBytes } from './message-arbitrary';

/** A call and what it was generated from. */
export interface BadCall {
  readonly rpc: Rpc;
  readonly role: Role;
  readonly metadata: readonly (readonly [string, string])[];
  readonly request: Buffer;
}

/** Prints a call after a failed run, shortened if its bytes are many. */
export const describeCall = ({ rpc, role, metadata, request }: BadCall): string =>
  JSON.stringify({
    rpc: rpc.name,
    role,
    metadata: metadata.map(([name, value]) => `${name}: ${value.slice(0, 40)}`).slice(0, 5),
    request: `${request.length} bytes: ${request.toString('hex', 0, 400)}`,
  });

/** Password checks are deliberately slow, so the RPCs with one get fewer calls. */
const SLOW: ReadonlySet<string> = new Set(['Register', 'Login']);
/**
 * A service may settle any hold, so these two never get an existing hold's id: the audit would
 * correctly report a hold sold without its reservation.
 */
const SETTLING: ReadonlySet<string> = new Set(['RestoreStock', 'CommitStock']);
const DAY_SECONDS = 86_400;
const IDS = 20;

const freshIds = (): readonly string[] => Array.from({ length: IDS }, () => randomUUID());

const knownFields = (world: World): ((rpc: Rpc) => KnownFields) => {
  const held = [...freshIds(), ...world.reservationIds];
  const unheld = freshIds();
  const expireTime = { seconds: String(Math.floor(Date.now() / 1_000) + DAY_SECONDS), nanos: 0 };
  const common: KnownFields = {
    product_id: fc.constantFrom(...world.productIds),
    product_ids: fc.constantFrom(...world.productIds),
    customer_id: fc.constantFrom(world.buyer.userId, world.bystanderId, ''),
    user_id: fc.constant(world.bystanderId),
    quantity: fc.constantFrom('1', '2', '100'),
    currency_code: fc.constantFrom('USD', 'JPY'),
    minor_units: fc.constantFrom('0', '1999'),
    paths: fc.constantFrom('name', 'description', 'price'),
    expire_time: fc.constant(expireTime),
    email: fc.constantFrom(world.buyer.email, 'nobody@example.test'),
    client_id: fc.constantFrom('dev-service', 'gateway', 'nobody'),
    page_token: fc.constant(''),
    request_id: fc.constantFrom('', randomUUID()),
    idempotency_key: fc.constantFrom('', 'key-1', 'key-2'),
  };
  return (rpc) => {
    const ids = fc.constantFrom(...(SETTLING.has(rpc.name) ? unheld : held));
    return { ...common, reservation_id: ids, reservation_ids: ids };
  };
};

const oddMetadata: fc.Arbitrary<readonly (readonly [string, string])[]> = fc.oneof(
  { weight: 10, arbitrary: fc.constant([]) },
  fc.constantFrom<readonly (readonly [string, string])[]>(
    [['x-request-id', 'x'.repeat(129)]],
    [['x-request-id', 'a b']],
    [
      ['x-request-id', 'a'],
      ['x-request-id', 'b'],
    ],
    [['x-large', 'y'.repeat(17_000)]],
    [['constructor', 'x']],
    [['grpc-encoding-x', 'gzip']],
    Array.from({ length: 40 }, (_, index) => [`x-${index}`, 'z'.repeat(500)] as const),
  ),
);

/** The component that calls the restricted RPCs. */
const COMPONENT_OF: Readonly<Record<string, Role>> = {
  ListRevokedSessions: 'service',
  ListTrustedIssuers: 'service',
  DecrementStock: 'reservation',
  BatchDecrementStock: 'reservation',
  RestoreStock: 'expiry-worker',
  CommitStock: 'reservation',
  ListOverdueHolds: 'expiry-worker',
  BatchReserve: 'gateway',
  BatchResolve: 'gateway',
  ExpireReservations: 'expiry-worker',
};

const usualRole = ({ service, name }: Rpc): Role =>
  COMPONENT_OF[name] ?? (service === 'auth' ? 'admin' : 'service');

const roleOf = (rpc: Rpc): fc.Arbitrary<Role> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(usualRole(rpc)) },
    fc.constantFrom<Role>('anonymous', 'customer', 'admin', 'service', 'garbage'),
  );

/** Calls of every RPC, most of them invalid in some way. */
export const badCall = (world: World, rpcs: readonly Rpc[]): fc.Arbitrary<BadCall> => {
  const knownOf = knownFields(world);
  return fc.oneof(
    ...rpcs.map((rpc) => ({
      weight: SLOW.has(rpc.name) ? 1 : 4,
      arbitrary: fc
        .record({
          role: roleOf(rpc),
          metadata: oddMetadata,
          request: requestBytes(rpc.request, knownOf(rpc)),
        })
        .map((parts): BadCall => {
          const call = { rpc, ...parts };
          return Object.assign(call, { [fc.toStringMethod]: () => describeCall(call) });
        }),
    })),
  );
};
