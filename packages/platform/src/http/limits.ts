/** What one HTTP server takes from its clients, in milliseconds, bytes and counts. */
export interface HttpServerLimits {
  /** A client that has not sent all its headers by then gets 408 and loses its connection. */
  readonly headersTimeoutMs: number;
  /** A client that has not sent its whole request by then, body included, gets 408 and loses its connection. */
  readonly requestTimeoutMs: number;
  /** A connection on which nothing happens between two requests is closed after this long. */
  readonly keepAliveTimeoutMs: number;
  /** The two timeouts of requests are looked at this often, so they may come this much later. */
  readonly timeoutCheckMs: number;
  /** Target, names and values of headers together; more gets 431. Bodies are limited by those who read them. */
  readonly headerBytesMax: number;
  /** More headers get 431. Node would leave the rest out without a word, an Idempotency-Key too. */
  readonly headersMax: number;
  /** Open connections; further ones are closed as soon as they are opened. */
  readonly connectionsMax: number;
  /** After this many requests a client is told to open a new connection, which may lead to another instance. */
  readonly requestsPerConnectionMax: number;
}

export const HTTP_SERVER_LIMITS: HttpServerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  // Longer than the 60 s after which common proxies let go, so that they close first and no request meets a closing connection.
  keepAliveTimeoutMs: 65_000,
  timeoutCheckMs: 2_000,
  headerBytesMax: 16 * 1024,
  headersMax: 256,
  connectionsMax: 20_000,
  requestsPerConnectionMax: 100_000,
};
