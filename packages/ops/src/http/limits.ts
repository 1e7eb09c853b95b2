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
  /** Open connections. For a further one the connection is closed that has waited longest for its client. */
  readonly connectionsMax: number;
  /** The same for the connections of one address; 0 takes any number. Behind a proxy all have its address. */
  readonly connectionsPerAddressMax: number;
  /** Requests that are worked on at the same time, one of each connection; more get 503 at once. */
  readonly requestsMax: number;
  /**
   * Bytes that wait for clients in all: answers not read, bodies not whole, requests sent ahead. Over it the connections
   * that have waited longest are cut off.
   */
  readonly waitingBytesMax: number;
  /** A connection is not read further while this much was sent ahead of its turn. One read takes up to 64 KiB more. */
  readonly heldBytesMax: number;
  /** A client that sends more than this on a connection that takes no further request is cut off. */
  readonly droppedBytesMax: number;
  /** A client that has not read its answer by then loses its connection. */
  readonly answerTimeoutMs: number;
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
  connectionsMax: 14_500,
  connectionsPerAddressMax: 0,
  requestsMax: 2_048,
  waitingBytesMax: 48 * 1024 * 1024,
  heldBytesMax: 16 * 1024,
  droppedBytesMax: 64 * 1024,
  answerTimeoutMs: 30_000,
  requestsPerConnectionMax: 100_000,
};
