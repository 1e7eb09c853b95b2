import { randomUUID } from 'node:crypto';

/** A response: its status, or how the connection failed. */
export interface Answer {
  readonly status: number | string;
  readonly retryAfter: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 40_000;

export interface Asked {
  readonly token?: string;
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return error instanceof Error ? error.name : String(error);
};

/** Sends one request; a failed connection is returned as a response, so that it is counted. */
export const ask = async (url: string, method: string, asked: Asked = {}): Promise<Answer> => {
  const { token, key, body, headers = {} } = asked;
  try {
    const response = await fetch(url, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      body: isJson ? JSON.parse(text) : {},
    };
  } catch (error) {
    return { status: reasonOf(error), retryAfter: null, body: {} };
  }
};

/** Logs in and returns the access token. */
export const logIn = async (baseUrl: string, email: string, password: string): Promise<string> => {
  const { status, body } = await ask(`${baseUrl}/auth/login`, 'POST', {
    body: { email, password },
  });
  if (status !== 200) throw new Error(`${email} cannot log in: ${status} ${JSON.stringify(body)}`);
  return String(body['accessToken']);
};

/** Registers a new buyer and returns the access token. */
export const signUp = async (baseUrl: string): Promise<string> => {
  const email = `${randomUUID()}@example.com`;
  const password = randomUUID();
  const { status } = await ask(`${baseUrl}/auth/register`, 'POST', { body: { email, password } });
  if (status !== 201) throw new Error(`${email} cannot register: ${status}`);
  return logIn(baseUrl, email, password);
};

/** Creates a product and returns its id. */
export const addProduct = async (
  baseUrl: string,
  adminToken: string,
  initialQuantity: number,
): Promise<string> => {
  const { status, body } = await ask(`${baseUrl}/products`, 'POST', {
    token: adminToken,
    body: { name: 'Ticket', price: 79.5, initialQuantity },
  });
  if (status !== 201) throw new Error(`The product was not created: ${JSON.stringify(body)}`);
  return String(body['productId']);
};
