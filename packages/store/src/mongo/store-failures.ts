import { mongo } from 'mongoose';

/**
 * What a store failure means to the caller.
 *
 * - `outage`: the store is down, changes its primary, or could not confirm. The caller retries.
 * - `deadline`: the store gave up at the time limit we had set.
 * - `bug`: a bug or a configuration error. A retry fails again.
 */
export type StoreFailure = 'outage' | 'deadline' | 'bug';

/** Every error class of the driver, by error name. The code of a server error takes precedence. */
export const FAILURE_BY_CLASS: Readonly<Record<string, StoreFailure>> = {
  MongoError: 'bug',
  MongoServerError: 'bug',
  MongoBulkWriteError: 'bug',
  MongoClientBulkWriteError: 'bug',
  // Applied, but not durable yet: a failover may roll it back.
  MongoWriteConcernError: 'outage',

  MongoNetworkError: 'outage',
  MongoNetworkTimeoutError: 'outage',
  MongoSystemError: 'outage',
  MongoServerSelectionError: 'outage',
  MongoPoolClearedError: 'outage',
  MongoPoolClosedError: 'outage',
  // The driver leaves out the prefix for this one.
  PoolClearedOnNetworkError: 'outage',
  MongoWaitQueueTimeoutError: 'outage',
  MongoOperationTimeoutError: 'outage',
  MongoNotConnectedError: 'outage',
  MongoServerClosedError: 'outage',
  MongoTopologyClosedError: 'outage',
  MongoClientClosedError: 'outage',
  MongoExpiredSessionError: 'outage',
  MongoStalePrimaryError: 'outage',

  MongoDriverError: 'bug',
  MongoAPIError: 'bug',
  MongoRuntimeError: 'bug',
  MongoBatchReExecutionError: 'bug',
  MongoDecompressionError: 'bug',
  MongoTransactionError: 'bug',
  MongoKerberosError: 'bug',
  MongoAWSError: 'bug',
  MongoOIDCError: 'bug',
  MongoAzureError: 'bug',
  MongoGCPError: 'bug',
  MongoClientBulkWriteCursorError: 'bug',
  MongoClientBulkWriteExecutionError: 'bug',
  MongoChangeStreamError: 'bug',
  MongoTailableCursorError: 'bug',
  MongoGridFSStreamError: 'bug',
  MongoGridFSChunkError: 'bug',
  MongoUnexpectedServerResponseError: 'bug',
  MongoCursorInUseError: 'bug',
  MongoCursorExhaustedError: 'bug',
  MongoParseError: 'bug',
  MongoInvalidArgumentError: 'bug',
  MongoCompatibilityError: 'bug',
  MongoMissingCredentialsError: 'bug',
  MongoMissingDependencyError: 'bug',
  MongoCryptError: 'bug',
  MongoCryptInvalidArgumentError: 'bug',
  MongoCryptCreateDataKeyError: 'bug',
  MongoCryptCreateEncryptedCollectionError: 'bug',
  MongoCryptAzureKMSRequestError: 'bug',
  MongoCryptKMSRequestNetworkTimeoutError: 'bug',
};

/** Server codes with MongoDB's names (`error_codes.yml`). A code that is missing here is a bug. */
export const FAILURE_BY_CODE: ReadonlyMap<number, StoreFailure> = new Map([
  // A member shuts down, steps down or cannot accept writes.
  [91, 'outage'], // ShutdownInProgress
  [189, 'outage'], // PrimarySteppedDown
  [10_058, 'outage'], // LegacyNotPrimary
  [10_107, 'outage'], // NotWritablePrimary
  [11_600, 'outage'], // InterruptedAtShutdown
  [11_602, 'outage'], // InterruptedDueToReplStateChange
  [13_435, 'outage'], // NotPrimaryNoSecondaryOk
  [13_436, 'outage'], // NotPrimaryOrSecondary
  // Members cannot reach each other or lag behind.
  [6, 'outage'], // HostUnreachable
  [7, 'outage'], // HostNotFound
  [89, 'outage'], // NetworkTimeout
  [202, 'outage'], // NetworkInterfaceExceededTimeLimit
  [262, 'outage'], // ExceededTimeLimit
  [9_001, 'outage'], // SocketException
  [133, 'outage'], // FailedToSatisfyReadPreference
  [134, 'outage'], // ReadConcernMajorityNotAvailableYet
  [64, 'outage'], // WriteConcernTimeout
  [391, 'outage'], // ReauthenticationRequired
  // Routers and shards disagree temporarily.
  [63, 'outage'], // StaleShardVersion
  [150, 'outage'], // StaleEpoch
  [234, 'outage'], // RetryChangeStream
  [13_388, 'outage'], // StaleConfig
  // An operation in flight on a member was killed.
  [43, 'outage'], // CursorNotFound
  [175, 'outage'], // QueryPlanKilled
  [237, 'outage'], // CursorKilled
  [11_601, 'outage'], // Interrupted
  // Transactions that hit a conflict or were ended by the server.
  [24, 'outage'], // LockTimeout
  [112, 'outage'], // WriteConflict
  [239, 'outage'], // SnapshotTooOld
  [246, 'outage'], // SnapshotUnavailable
  [251, 'outage'], // NoSuchTransaction
  [267, 'outage'], // PreparedTransactionInProgress
  [290, 'outage'], // TransactionExceededLifetimeLimitSeconds
  // The server has no capacity at the moment.
  [365, 'outage'], // TemporarilyUnavailable
  [462, 'outage'], // IngressRequestRateLimitExceeded
  [14_031, 'outage'], // OutOfDiskSpace

  [50, 'deadline'], // MaxTimeMSExpired

  [18, 'bug'], // AuthenticationFailed
  [20, 'bug'], // IllegalOperation
  [26, 'bug'], // NamespaceNotFound
  [79, 'bug'], // UnknownReplWriteConcern
  [100, 'bug'], // UnsatisfiableWriteConcern
]);

/**
 * Every error label of driver and server. An `unsaid` label leaves the decision to code and class.
 */
export const FAILURE_BY_LABEL: Readonly<Record<string, StoreFailure | 'unsaid'>> = {
  RetryableWriteError: 'outage',
  TransientTransactionError: 'outage',
  UnknownTransactionCommitResult: 'outage',
  RetryableError: 'outage',
  SystemOverloadedError: 'outage',
  PoolRequestedRetry: 'outage',
  ResetPool: 'outage',
  InterruptInUseConnections: 'outage',
  ResumableChangeStreamError: 'outage',
  // Authentication failures carry it too.
  HandshakeError: 'unsaid',
  NoWritesPerformed: 'unsaid',
};

const OUTAGE_LABELS = Object.keys(FAILURE_BY_LABEL).filter(
  (label) => FAILURE_BY_LABEL[label] === 'outage',
);

/** Classifies a driver error by its labels, then its server code, then its class. */
export const classifyDriverError = (error: mongo.MongoError): StoreFailure => {
  if (OUTAGE_LABELS.some((label) => error.hasErrorLabel(label))) return 'outage';
  const byCode =
    error instanceof mongo.MongoServerError && typeof error.code === 'number'
      ? FAILURE_BY_CODE.get(error.code)
      : undefined;
  return byCode ?? FAILURE_BY_CLASS[error.name] ?? 'bug';
};
