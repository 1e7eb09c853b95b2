/** Limits of an HTTP server, in milliseconds, bytes and counts. */
export interface HttpServerLimits {
  /** Time to receive all headers; afterwards the client gets 408 and the connection is closed. */
  readonly headersTimeoutMs: number;
  /**
   * Time to receive the whole request, body included; afterwards 408, and the connection is closed.
   */
  readonly requestTimeoutMs: number;
  /** Time after which an idle connection is closed. */
  readonly keepAliveTimeoutMs: number;
  /** Interval at which the two request timeouts are checked; they may fire this much later. */
  readonly timeoutCheckMs: number;
  /** Total of request target, header names and values; more gets 431. Body readers limit bodies. */
  readonly headerBytesMax: number;
  /** More headers get 431. Node would silently drop the rest, even an Idempotency-Key. */
  readonly headersMax: number;
  /** Maximum open connections. Beyond it, the connection that has waited longest is closed. */
  readonly connectionsMax: number;
  /**
   * Same limit per address; 0 disables it. Behind a proxy all connections have the proxy's address.
   */
  readonly connectionsPerAddressMax: number;
  /** Maximum concurrent requests, one per connection; more get 503 immediately. */
  readonly requestsMax: number;
  /**
   * Total bytes buffered for clients: unread responses, incomplete bodies, pipelined requests.
   * Beyond it, the connections that have waited longest are closed.
   */
  readonly waitingBytesMax: number;
  /** Pipelined bytes at which reading from a connection pauses. One read may add up to 64 KiB. */
  readonly heldBytesMax: number;
  /** Bytes a client may send on a connection that takes no further requests; more closes it. */
  readonly droppedBytesMax: number;
  /** Time for a client to read its response; afterwards the connection is closed. */
  readonly answerTimeoutMs: number;
  /** Requests after which the connection is closed, so that clients spread over new instances. */
  readonly requestsPerConnectionMax: number;
}

export const HTTP_SERVER_LIMITS: HttpServerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  // Longer than the 60 s idle timeout of common proxies: the proxy closes first, so no request
  // meets a closing connection.
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
