import { randomUUID } from 'node:crypto';
import { isClean, renderReport, runAudit } from '@flashreserve/audit';
import { createFlashReserveClient, type FlashReserveClient } from '@flashreserve/client';
import { z } from 'zod';
import { eventually } from './eventually';
import { createRestClient, type RestClient, type RestResponse } from './rest-client';
import { calmUriOf, storeHasFaults } from './stores';
import { ADMIN_EMAIL } from './test-secrets';

/** The responses according to the contract; a missing field or another type fails the test. */
const tokens = z.object({
  accessToken: z.string(),
  tokenType: z.literal('Bearer'),
  expiresIn: z.number(),
  refreshToken: z.string(),
});
export const productBody = z.object({
  productId: z.string(),
  name: z.string(),
  description: z.string(),
  price: z.number(),
  currency: z.string(),
  stockQuantity: z.number(),
  heldQuantity: z.number(),
  soldQuantity: z.number(),
  writtenOffQuantity: z.number(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
const reservationBody = z.object({
  reservationId: z.string(),
  status: z.enum(['PENDING', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'RETURNED']),
  items: z.array(z.object({ productId: z.string(), quantity: z.number() })),
  productId: z.string().optional(),
  quantity: z.number().optional(),
  replaces: z.string().optional(),
  expiresAt: z.iso.datetime(),
  createdAt: z.iso.datetime(),
  confirmedAt: z.iso.datetime().optional(),
  cancelledAt: z.iso.datetime().optional(),
  expiredAt: z.iso.datetime().optional(),
});
const apiClientBody = z.object({ clientId: z.string(), secret: z.string(), apiKey: z.string() });
export const problemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  instance: z.string(),
  reason: z.string(),
  requestId: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});

const REGISTRATIONS_AT_ONCE = 25;
export const PASSWORD = 'correct horse battery';

export interface Buyer {
  readonly userId: string;
  readonly email: string;
  readonly token: string;
  readonly refreshToken: string;
}

export type ReservationBody = z.output<typeof reservationBody>;

/** Tests must see every refusal, except those of a store that fails on purpose. */
const RETRIES = { attemptsMax: storeHasFaults() ? 6 : 1 };

/**
 * What buyers and administrators do, over REST. Steps that a test only needs go through the client;
 * responses that it asserts on are returned as received.
 */
export const createShop = (baseUrl: string, env: Readonly<Record<string, string>>) => {
  const rest: RestClient = createRestClient(baseUrl);
  const newClient = (): FlashReserveClient => createFlashReserveClient({ baseUrl, retry: RETRIES });
  const anybody = newClient();
  let admin: Promise<FlashReserveClient> | undefined;

  const login = async (email: string, password: string) => {
    const response = await rest('POST', '/auth/login', { body: { email, password } });
    expect(response.status).toBe(200);
    return tokens.parse(response.body);
  };
  const logInAsAdmin = async (): Promise<FlashReserveClient> => {
    const client = newClient();
    await client.auth.login({ email: ADMIN_EMAIL, password: env['ADMIN_PASSWORD'] ?? '' });
    return client;
  };
  const asAdmin = (): Promise<FlashReserveClient> => {
    admin ??= logInAsAdmin().catch((error: unknown) => {
      admin = undefined;
      throw error;
    });
    return admin;
  };
  const adminToken = async (): Promise<string> => {
    const { accessToken } = (await asAdmin()).tokens() ?? {};
    if (accessToken === undefined) throw new Error('The administrator is not logged in.');
    return accessToken;
  };
  const newBuyer = async (): Promise<Buyer> => {
    const email = `buyer-${randomUUID()}@example.test`;
    const user = await anybody.auth.register({ email, password: PASSWORD });
    expect(user).toMatchObject({ email, role: 'CUSTOMER' });
    const { accessToken, refreshToken } = await login(email, PASSWORD);
    return {
      userId: user.id,
      email,
      token: accessToken,
      refreshToken,
    };
  };
  /** A backend of the shop; an API key. */
  const newApiKey = async (...scopes: readonly string[]) => {
    const token = await adminToken();
    const { status, body } = await rest('POST', '/api-clients', {
      token,
      body: { name: 'Test shop', scopes },
    });
    expect(status).toBe(201);
    return apiClientBody.parse(body);
  };
  const newProduct = async (stockQuantity: number, name = 'Ticket'): Promise<string> => {
    const client = await asAdmin();
    const product = await client.products.create({ name, price: 19.99, stockQuantity });
    return productBody.parse(product).productId;
  };
  const stockOf = async (productId: string) => {
    const { stockQuantity, heldQuantity, soldQuantity } = productBody.parse(
      await anybody.products.get(productId, { fresh: true }),
    );
    return { available: stockQuantity, held: heldQuantity, sold: soldQuantity };
  };

  return {
    rest,
    login,
    adminToken,
    newBuyer,
    newApiKey,
    /** A few at a time, because password hashing is deliberately slow. */
    newBuyers: async (count: number): Promise<Buyer[]> => {
      const buyers: Buyer[] = [];
      while (buyers.length < count) {
        const wave = Math.min(REGISTRATIONS_AT_ONCE, count - buyers.length);
        buyers.push(...(await Promise.all(Array.from({ length: wave }, newBuyer))));
      }
      return buyers;
    },
    newProduct,
    stockOf,
    reserve: (
      buyer: Buyer,
      productId: string,
      options: { readonly quantity?: number; readonly key?: string } = {},
    ): Promise<RestResponse> =>
      rest('POST', `/reservations/${productId}`, {
        token: buyer.token,
        body: options.quantity === undefined ? {} : { quantity: options.quantity },
        headers: options.key === undefined ? {} : { 'idempotency-key': options.key },
      }),
    reserveCart: (
      buyer: Buyer,
      items: readonly { readonly productId: string; readonly quantity: number }[],
      key?: string,
    ): Promise<RestResponse> =>
      rest('POST', '/reservations', {
        token: buyer.token,
        body: { items },
        headers: key === undefined ? {} : { 'idempotency-key': key },
      }),
    confirm: (buyer: Buyer, reservationId: string): Promise<RestResponse> =>
      rest('POST', `/reservations/${reservationId}/confirm`, { token: buyer.token }),
    cancel: (buyer: Buyer, reservationId: string): Promise<RestResponse> =>
      rest('POST', `/reservations/${reservationId}/cancel`, { token: buyer.token }),
    getReservation: (buyer: Buyer, reservationId: string): Promise<RestResponse> =>
      rest('GET', `/reservations/${reservationId}`, { token: buyer.token }),
    /**
     * Resolves once the product's stock is as expected; throws the actual stock after `timeoutMs`.
     */
    expectStock: (
      productId: string,
      wanted: { readonly available: number; readonly held: number; readonly sold: number },
      timeoutMs = 5_000,
    ) => eventually(async () => expect(await stockOf(productId)).toEqual(wanted), timeoutMs),
    /** Throws the audit report if any product or reservation of this stack is inconsistent. */
    expectCleanAudit: async (overdueGraceMs = Number.POSITIVE_INFINITY): Promise<void> => {
      const report = await runAudit({
        mongoUri: calmUriOf(env['MONGO_URI']),
        dbPrefix: env['MONGO_DB_PREFIX'] ?? '',
        overdueGraceMs,
      });
      if (!isClean(report)) throw new Error(renderReport(report));
    },
  };
};

export type Shop = ReturnType<typeof createShop>;

/** The body of a successful reserve response. */
export const reservationOf = (response: RestResponse): ReservationBody =>
  reservationBody.parse(response.body);

/** The reason of a refusal; throws unless it is a valid problem. */
export const reasonOf = (response: RestResponse): string => {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = problemBody.parse(response.body);
  expect(problem.status).toBe(response.status);
  return problem.reason;
};
