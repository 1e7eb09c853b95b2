import { Agent, request } from 'node:http';

/**
 * A response, or status 0 if there was none: refused, broken or too late. Its effect is then
 * unknown.
 */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly replayed: boolean;
  readonly retryAfter: boolean;
  readonly sentAt: number;
  readonly answeredAt: number;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly token?: string;
  readonly key?: string;
  readonly body?: unknown;
  /** Accepts no answer from memory. */
  readonly fresh?: true;
}

const TIMEOUT_MS = 6_000;
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The page of a proxy, or a truncated response, which acknowledges nothing.
    return undefined;
  }
};

/** Sends one request. Never rejects or retries, so that the history has every request. */
export const callHttp = (call: HttpCall): Promise<HttpAnswer> =>
  new Promise((resolve) => {
    const { method, url, token, key, body, fresh } = call;
    const sentAt = Date.now();
    const none = (): void => {
      resolve({
        status: 0,
        body: undefined,
        replayed: false,
        retryAfter: false,
        sentAt,
        answeredAt: Date.now(),
      });
    };
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const sent = request(
      url,
      {
        method,
        agent,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          ...(payload === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...(fresh === undefined ? {} : { 'cache-control': 'no-cache' }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', none);
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            body: parse(Buffer.concat(chunks).toString()),
            replayed: response.headers['idempotent-replayed'] === 'true',
            retryAfter: response.headers['retry-after'] !== undefined,
            sentAt,
            answeredAt: Date.now(),
          });
        });
      },
    );
    sent.on('error', none);
    sent.end(payload);
  });

/** Closes keep-alive connections. */
export const closeConnections = (): void => {
  agent.destroy();
};
