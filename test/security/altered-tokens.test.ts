import { AuthServiceClient } from '@flashreserve/contracts/auth';
import { ReservationServiceClient } from '@flashreserve/contracts/reservation';
import { makeRsaKeys, signOutside } from '@flashreserve/identity/testing';
import { credentials } from '@grpc/grpc-js';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { callPatiently } from '../support/patient-calls';
import { type Buyer, createShop, type Shop } from '../support/shop';
import { startStaticIssuer } from '../support/static-issuer';
import { uniquePrefix } from '../support/stores';
import { algorithmMutants } from './altered-tokens/algorithm-mutants';
import { reserveOverGrpc, reserveOverRest } from './altered-tokens/ask';
import { claimMutants } from './altered-tokens/claim-mutants';
import { formMutants } from './altered-tokens/form-mutants';
import { headerMutants } from './altered-tokens/header-mutants';
import { issuerMutants } from './altered-tokens/issuer-mutants';
import { readSigningKey } from './altered-tokens/read-signing-key';
import { signatureMutants } from './altered-tokens/signature-mutants';
import { bearer, createTokenWorld, signRsa, type TokenWorld } from './altered-tokens/token-world';

const MUTANTS_MIN = 300;
const STOCK = 6;
const mutants = [
  ...algorithmMutants,
  ...headerMutants,
  ...claimMutants,
  ...signatureMutants,
  ...formMutants,
  ...issuerMutants,
];

let stack: InProcessStack;
let shop: Shop;
let buyer: Buyer;
let productId: string;
let world: TokenWorld;
let reservation: ReservationServiceClient;

const issueServiceToken = async (): Promise<string> => {
  const auth = new AuthServiceClient(stack.grpc.auth, credentials.createInsecure());
  const clientSecret = stack.env['DEV_SERVICE_CLIENT_SECRET'] ?? '';
  const { accessToken } = await callPatiently(
    auth,
    'issueServiceToken',
    { clientId: 'dev-service', clientSecret },
    { deadline: new Date(Date.now() + 10_000) },
  );
  auth.close();
  return accessToken;
};

beforeAll(async () => {
  const issuers = {
    one: await startStaticIssuer('one', { alg: 'RS256', kid: 'shared' }),
    two: await startStaticIssuer('two', { alg: 'ES256', kid: 'shared' }),
  };
  const trusted = Object.values(issuers).map(({ setting }) => setting);
  stack = await startInProcessStack({
    prefix: uniquePrefix(),
    env: { TRUSTED_ISSUERS: JSON.stringify(trusted) },
  });
  shop = createShop(stack.urls[0], stack.env);
  buyer = await shop.newBuyer();
  productId = await shop.newProduct(STOCK);
  reservation = new ReservationServiceClient(stack.grpc.reservation, credentials.createInsecure());
  world = createTokenWorld({
    user: buyer.token,
    admin: await shop.adminToken(),
    service: await issueServiceToken(),
    refresh: buyer.refreshToken,
    privateKeyDer: await readSigningKey(stack.env),
    foreignKey: makeRsaKeys().privateKey,
    issuers,
  });
});

afterAll(async () => {
  reservation.close();
  await stack.stop();
  await world.issuers.one.stop();
  await world.issuers.two.stop();
});

const reserveBothWays = async (authorization: readonly string[]) => {
  const [only = '', ...others] = authorization;
  const overRest = await reserveOverRest(stack.urls[0], productId, authorization);
  // A gRPC client sends neither repeated metadata of this name nor control characters.
  if (others.length > 0 || only.includes('\t')) return [overRest];
  const target = { productId, customerId: buyer.userId };
  return [overRest, await reserveOverGrpc(reservation, target, only)];
};

describe('altered tokens', () => {
  it(`there are at least ${MUTANTS_MIN} altered tokens, each with a unique name`, () => {
    expect(mutants.length).toBeGreaterThanOrEqual(MUTANTS_MIN);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it.each(mutants)(
    'an altered token is refused: $name',
    async ({ make, reasons = ['TOKEN_INVALID'] }) => {
      const verdicts = await reserveBothWays(make(world));

      for (const { outcome, reason } of verdicts) {
        expect(reasons).toContain(reason);
        if (reason.startsWith('TOKEN_')) expect(['401', 'unauthenticated']).toContain(outcome);
      }
    },
  );

  it('altered tokens change nothing, and the original token stays valid', async () => {
    expect(await shop.stockOf(productId)).toEqual({ available: STOCK, held: 0, sold: 0 });

    const unchanged = await reserveBothWays(bearer(buyer.token));
    const remade = await reserveBothWays(
      bearer(signRsa(world.header, world.payload, world.realKey)),
    );

    expect([...unchanged, ...remade].map(({ outcome }) => outcome)).toEqual([
      '201',
      'accepted',
      '201',
      'accepted',
    ]);
    await shop.expectCleanAudit();
  });

  it.each(['one', 'two'] as const)('an unaltered token of issuer %s is valid', async (name) => {
    const { issuer, key } = world.issuers[name];
    const token = signOutside(key, issuer, { issuedAt: new Date() });

    const overRest = await reserveOverRest(stack.urls[0], productId, bearer(token));
    // Over gRPC the request names another customer, which no user may.
    const target = { productId, customerId: buyer.userId };
    const overGrpc = await reserveOverGrpc(reservation, target, `Bearer ${token}`);

    expect(overRest.outcome).toBe('201');
    expect(overGrpc.reason).toBe('PERMISSION_DENIED');
  });
});
