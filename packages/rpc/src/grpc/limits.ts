/** Limits of a gRPC server, in milliseconds, bytes and counts. */
export interface GrpcServerLimits {
  /**
   * Open connections. When full, the connection that has been idle longest is closed for a new one;
   * if none is idle, the new one is refused. A component needs one or two.
   */
  readonly connectionsMax: number;
  /** Larger requests get RESOURCE_EXHAUSTED. Even the largest batches stay far below. */
  readonly receivedMessageBytesMax: number;
  /** A page of 500 holds stays far below. */
  readonly sentMessageBytesMax: number;
  /**
   * Total of metadata names and values; more gets INVALID_ARGUMENT. Our largest value is a token.
   */
  readonly metadataBytesMax: number;
  /**
   * Maximum concurrent calls per connection; further ones queue at the client. Far below the number
   * of stream resets at which Node's HTTP/2 rapid-reset protection closes the connection: many
   * deadlines that expire together must not fail every other call.
   */
  readonly concurrentStreamsMax: number;
  /** Memory per connection, in megabytes (10^6 bytes); calls beyond it get RESOURCE_EXHAUSTED. */
  readonly connectionMemoryMegabytesMax: number;
  /**
   * Clients resolve DNS again only when a connection ends, so connections are closed at this age.
   */
  readonly connectionAgeMaxMs: number;
  /** Time for in-flight calls to finish once their connection has reached its maximum age. */
  readonly connectionAgeGraceMs: number;
  /** Interval between keepalive pings to an idle client. */
  readonly keepaliveTimeMs: number;
  /** Time to acknowledge a ping before the connection is closed. */
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
 * The limits as grpc-js options. grpc-js cannot limit the size of metadata, which `enterCall` does,
 * or the number of connections, which `createConnections` does.
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
