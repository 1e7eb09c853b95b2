import { ReservationServiceClient } from '@flashreserve/contracts/reservation';
import { credentials } from '@grpc/grpc-js';
import { eventually } from '../support/eventually';
import {
  AUDIENCE,
  type OidcProvider,
  type OidcProviders,
  startOidcProviders,
} from '../support/oidc-providers';
import { callPatiently } from '../support/patient-calls';
import { type ProcessStack, startProcessStack } from '../support/process-stack';
import { createShop, reasonOf, reservationOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

// Goal: customers and administrators of a shop's own identity providers use everything that users
// do, whatever happens to the keys of a provider. Method: three real OpenID providers in a process
// of their own, and the compiled components; the tests rotate and withdraw keys and kill the
// providers.

const REFRESH_SECONDS = 1;
const STALE_SECONDS = 8;
/** The documented bounds, plus slack for a busy machine. */
const ROTATED_WITHIN_MS = 10_000;
const WITHDRAWN_WITHIN_MS = 2 * REFRESH_SECONDS * 1_000 + 8_000;
const STALE_WITHIN_MS = STALE_SECONDS * 1_000 + 12_000;

let providers: OidcProviders;
let rsa: OidcProvider;
let ec: OidcProvider;
let ed: OidcProvider;
let stack: ProcessStack;
let shop: Shop;
let productId: string;

beforeAll(async () => {
  providers = await startOidcProviders(['RS256', 'ES256', 'EdDSA']);
  const [first, second, third] = providers.all;
  if (first === undefined || second === undefined || third === undefined) throw new TypeError();
  [rsa, ec, ed] = [first, second, third];
  const trusted = { audience: AUDIENCE, adminRole: undefined };
  const adminRole = { claim: ['realm_access', 'roles'], value: 'shop-admin' };
  stack = await startProcessStack({
    prefix: uniquePrefix(),
    env: {
      TRUSTED_ISSUERS: JSON.stringify([
        { ...trusted, issuer: rsa.issuer, alias: 'rsa' },
        { ...trusted, issuer: ec.issuer, alias: 'ec', algorithms: ['ES256'], adminRole },
        {
          ...trusted,
          issuer: ed.issuer,
          alias: 'ed',
          algorithms: ['EdDSA'],
          jwksUri: `${ed.issuer}/jwks`,
        },
      ]),
      ISSUER_KEYS_REFRESH_SECONDS: String(REFRESH_SECONDS),
      ISSUER_KEYS_STALE_SECONDS: String(STALE_SECONDS),
    },
  });
  shop = createShop(stack.urls[0], stack.env);
  productId = await shop.newProduct(100);
});

afterAll(async () => {
  await shop.expectCleanAudit();
  await stack.stop();
  await providers.stop();
});

const reserve = (token: string) => shop.rest('POST', `/reservations/${productId}`, { token });
const me = (token: string) => shop.rest('GET', '/auth/me', { token });
const expectAccepted = async (token: string): Promise<void> =>
  expect((await me(token)).status).toBe(200);
const expectRefused = async (token: string, reason: string): Promise<void> =>
  expect(reasonOf(await me(token))).toBe(reason);
const list = async (token: string): Promise<readonly string[]> => {
  const { body } = await shop.rest('GET', '/reservations', { token });
  return (body as { readonly items: { readonly reservationId: string }[] }).items.map(
    ({ reservationId }) => reservationId,
  );
};

describe('users of outside issuers', () => {
  it.each([
    ['RS256', () => rsa],
    ['ES256', () => ec],
    ['EdDSA', () => ed],
  ])(
    'a customer with a token signed with %s reserves, reads, confirms and cancels',
    async (_alg, provider) => {
      const token = await provider().tokenOf('ada');
      const reservation = reservationOf(await reserve(token));
      const { reservationId } = reservation;
      const other = reservationOf(await reserve(token)).reservationId;

      const read = await shop.rest('GET', `/reservations/${reservationId}`, { token });
      const confirmed = await shop.rest('POST', `/reservations/${reservationId}/confirm`, {
        token,
      });
      const cancelled = await shop.rest('POST', `/reservations/${other}/cancel`, { token });

      expect(reservationOf(read)).toEqual(reservation);
      expect(reservationOf(confirmed).status).toBe('CONFIRMED');
      expect(reservationOf(cancelled).status).toBe('CANCELLED');
      expect(await list(token)).toEqual([other, reservationId]);
    },
  );

  it('the same subject of two issuers is two customers', async () => {
    const [one, two] = [await rsa.tokenOf('eve'), await ec.tokenOf('eve')];
    const { reservationId } = reservationOf(await reserve(one));

    const read = await shop.rest('GET', `/reservations/${reservationId}`, { token: two });

    expect(reasonOf(read)).toBe('RESERVATION_NOT_FOUND');
    expect(await list(two)).toEqual([]);
    expect((await me(one)).body).toEqual({ id: 'rsa|eve', email: '', name: '', role: 'CUSTOMER' });
    expect((await me(two)).body).toMatchObject({ id: 'ec|eve' });
  });

  it('a long subject is a customer with a hashed id, the same at each login', async () => {
    const name = 'x'.repeat(200);
    const { reservationId } = reservationOf(await reserve(await rsa.tokenOf(name)));
    const token = await rsa.tokenOf(name);

    expect(await list(token)).toEqual([reservationId]);
    const id = expect.stringMatching(/^rsa\|sha256:[\w-]{43}$/);
    expect((await me(token)).body).toMatchObject({ id });
  });

  it('the services accept the tokens directly, over gRPC', async () => {
    const token = await ed.tokenOf('grace');
    const port = stack.instances.find(({ component }) => component === 'reservation')?.port;
    const client = new ReservationServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const deadline = new Date(Date.now() + 10_000);
    const request = {
      lines: [{ productId, quantity: 1 }],
      customerId: '',
      idempotencyKey: '',
      requestId: '',
    };

    const { reservation } = await callPatiently(client, 'reserve', request, { token, deadline });

    client.close();
    expect(await list(token)).toEqual([reservation?.reservationId]);
  });

  it('the configured role makes an administrator, at no other issuer', async () => {
    const product = { name: 'Lamp', price: 5, initialQuantity: 1 };
    const create = (token: string) => shop.rest('POST', '/products', { token, body: product });
    const admin = await ec.tokenOf('admin-1');

    expect((await create(admin)).status).toBe(201);
    const client = { name: 'Backend', scopes: ['products:write'] };
    const created = await shop.rest('POST', '/api-clients', { token: admin, body: client });
    expect(created.status).toBe(201);
    expect(reasonOf(await create(await ec.tokenOf('ada')))).toBe('ADMIN_REQUIRED');
    expect(reasonOf(await create(await rsa.tokenOf('admin-1')))).toBe('ADMIN_REQUIRED');
  });

  it('a user of an outside issuer has no password here', async () => {
    const token = await rsa.tokenOf('ada');
    const body = { currentPassword: 'right horse', newPassword: 'another horse' };
    expect(reasonOf(await shop.rest('POST', '/auth/password', { token, body }))).toBe(
      'PERMISSION_DENIED',
    );
  });
});

describe('keys of outside issuers', () => {
  it('after a rotation tokens of both keys are accepted', async () => {
    const old = await ec.tokenOf('ada');
    await ec.addKey('second', () => true);
    const fresh = await ec.tokenOf('ada');

    await eventually(() => expectAccepted(fresh), ROTATED_WITHIN_MS);
    await expectAccepted(old);
  });

  it('tokens of a withdrawn key are refused, and those of its successor are not', async () => {
    const old = await rsa.tokenOf('ada');
    await expectAccepted(old);
    await rsa.addKey('second', () => false);
    const fresh = await rsa.tokenOf('ada');

    await eventually(() => expectRefused(old, 'TOKEN_INVALID'), WITHDRAWN_WITHIN_MS);
    await eventually(() => expectAccepted(fresh), ROTATED_WITHIN_MS);
  });

  it('while the issuers are away known keys are valid, until they are stale', async () => {
    const tokens = await Promise.all([rsa, ec, ed].map((provider) => provider.tokenOf('ada')));
    const unseen = await rsa.tokenOf('unseen');
    for (const token of tokens) await eventually(() => expectAccepted(token), ROTATED_WITHIN_MS);
    const buyer = await shop.newBuyer();

    await providers.kill();
    await eventually(
      async () => expect(stack.output()).toContain('cannot be fetched'),
      ROTATED_WITHIN_MS,
    );
    for (const token of [...tokens, unseen]) await expectAccepted(token);

    await eventually(() => expectRefused(unseen, 'AUTH_UNAVAILABLE'), STALE_WITHIN_MS);
    expect((await shop.reserve(buyer, productId)).status).toBe(201);

    await providers.restart();
    await eventually(() => expectAccepted(unseen), ROTATED_WITHIN_MS);
  });
});
