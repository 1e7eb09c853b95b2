/** What one gRPC server takes from its clients, in milliseconds, bytes and counts. */
export interface GrpcServerLimits {
  /**
   * Open connections. For a further one the connection is closed that has been idle longest; where none is idle, the new one.
   * Every component has one or two, an attacker as many as it likes.
   */
  readonly connectionsMax: number;
  /** Larger requests get RESOURCE_EXHAUSTED. Requests are small; the largest batches stay far below. */
  readonly receivedMessageBytesMax: number;
  /** A page of 500 holds stays far below. */
  readonly sentMessageBytesMax: number;
  /** Names and values of a call's metadata together; more gets INVALID_ARGUMENT. The largest that we send is a token. */
  readonly metadataBytesMax: number;
  /**
   * Calls at the same time on one connection; further ones wait at the client. Far below the number of resets at which
   * Node's HTTP/2 takes a client for an attacker and ends its connection: a crowd whose deadlines pass together must
   * not cut off everybody else.
   */
  readonly concurrentStreamsMax: number;
  /** Memory of one connection, in megabytes of 10^6 bytes; calls beyond it get RESOURCE_EXHAUSTED. */
  readonly connectionMemoryMegabytesMax: number;
  /** Clients look DNS up again only when a connection ends, so connections end now and then on purpose. */
  readonly connectionAgeMaxMs: number;
  /** Calls in flight get this long to end when their connection has reached its age. */
  readonly connectionAgeGraceMs: number;
  /** A silent client is asked for a sign of life this often. */
  readonly keepaliveTimeMs: number;
  /** A client that gives none in this time has lost its connection. */
  readonly keepaliveTimeoutMs: number;
}

const MEBIBYTE = 1024 * 1024;

export const GRPC_SERVER_LIMITS: GrpcServerLimits = {
  connectionsMax: 2_000,
  receivedMessageBytesMax: MEBIBYTE,
  sentMessageBytesMax: 4 * MEBIBYTE,
  metadataBytesMax: 16 * 1024,
  concurrentStreamsMax: 500,
  connectionMemoryMegabytesMax: 64,
  connectionAgeMaxMs: 60_000,
  connectionAgeGraceMs: 30_000,
  keepaliveTimeMs: 20_000,
  keepaliveTimeoutMs: 5_000,
};

/**
 * The limits as grpc-js takes them. Not among its options are the size of metadata, at which `enterCall` looks, and the number
 * of connections (`createConnections`).
 */
export const toChannelOptions = (limits: GrpcServerLimits) => ({
  'grpc.max_receive_message_length': limits.receivedMessageBytesMax,
  'grpc.max_send_message_length': limits.sentMessageBytesMax,
  'grpc.max_concurrent_streams': limits.concurrentStreamsMax,
  'grpc-node.max_session_memory': limits.connectionMemoryMegabytesMax,
  'grpc.max_connection_age_ms': limits.connectionAgeMaxMs,
  'grpc.max_connection_age_grace_ms': limits.connectionAgeGraceMs,
  'grpc.keepalive_time_ms': limits.keepaliveTimeMs,
  'grpc.keepalive_timeout_ms': limits.keepaliveTimeoutMs,
  'grpc.enable_channelz': 0,
});
