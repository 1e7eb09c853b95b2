/** MongoDB's error codes that this server uses itself. */
export const CODE = {
  internalError: 1,
  badValue: 2,
  failedToParse: 9,
  namespaceNotFound: 26,
  cursorNotFound: 43,
  maxTimeMsExpired: 50,
  commandNotFound: 59,
  shutdownInProgress: 91,
  writeConcernTimeout: 64,
  writeConflict: 112,
  primarySteppedDown: 189,
  transactionTooOld: 225,
  noSuchTransaction: 251,
  transactionCommitted: 256,
  operationNotSupportedInTransaction: 263,
  notWritablePrimary: 10107,
  duplicateKey: 11000,
  interruptedDueToReplStateChange: 11602,
  notPrimaryNoSecondaryOk: 13435,
} as const;

interface KnownError {
  readonly code: number;
  readonly name: string;
}

/**
 * MongoDB's errors by the SQLSTATE that the engine gives them, as far as applications are likely to
 * meet them.
 */
const BY_SQLSTATE: Readonly<Record<string, KnownError>> = {
  M0000: { code: 1, name: 'InternalError' },
  M0001: { code: 2, name: 'BadValue' },
  M0003: { code: 9, name: 'FailedToParse' },
  M0004: { code: 14, name: 'TypeMismatch' },
  M0005: { code: 15, name: 'Overflow' },
  M00DO: { code: 16, name: 'InvalidLength' },
  M0006: { code: 20, name: 'IllegalOperation' },
  M00EW: { code: 24, name: 'LockTimeout' },
  M0008: { code: 26, name: 'NamespaceNotFound' },
  M0009: { code: 27, name: 'IndexNotFound' },
  M000A: { code: 28, name: 'PathNotViable' },
  M000D: { code: 40, name: 'ConflictingUpdateOperators' },
  M000E: { code: 43, name: 'CursorNotFound' },
  M000F: { code: 48, name: 'NamespaceExists' },
  M00EX: { code: 50, name: 'MaxTimeMSExpired' },
  M000G: { code: 52, name: 'DollarPrefixedFieldName' },
  M000J: { code: 56, name: 'EmptyFieldName' },
  M000K: { code: 57, name: 'DottedFieldName' },
  M00EY: { code: 59, name: 'CommandNotFound' },
  M000M: { code: 66, name: 'ImmutableField' },
  M000N: { code: 67, name: 'CannotCreateIndex' },
  M000O: { code: 68, name: 'IndexAlreadyExists' },
  M000P: { code: 72, name: 'InvalidOptions' },
  M000Q: { code: 73, name: 'InvalidNamespace' },
  M000R: { code: 85, name: 'IndexOptionsConflict' },
  M000S: { code: 86, name: 'IndexKeySpecsConflict' },
  M00F0: { code: 91, name: 'ShutdownInProgress' },
  M000T: { code: 111, name: 'NotExactValueField' },
  M00F1: { code: 112, name: 'WriteConflict' },
  M000U: { code: 115, name: 'CommandNotSupported' },
  M00CO: { code: 121, name: 'DocumentFailedValidation' },
  M000W: { code: 146, name: 'ExceededMemoryLimit' },
  M000Z: { code: 166, name: 'CommandNotSupportedOnView' },
  M0010: { code: 167, name: 'OptionNotSupportedOnView' },
  M0012: { code: 197, name: 'InvalidIndexSpecificationOption' },
  M00F5: { code: 225, name: 'TransactionTooOld' },
  M0015: { code: 241, name: 'ConversionFailure' },
  M00F6: { code: 251, name: 'NoSuchTransaction' },
  M00F7: { code: 256, name: 'TransactionCommitted' },
  M0016: { code: 263, name: 'OperationNotSupportedInTransaction' },
  M0018: { code: 291, name: 'UnableToFindIndex' },
  M001B: { code: 10334, name: 'BSONObjectTooLarge' },
  M001C: { code: 11000, name: 'DuplicateKey' },
  M003A: { code: 17419, name: 'Location17419' },
  M003B: { code: 17420, name: 'Location17420' },
  M007R: { code: 40319, name: 'Location40319' },
  M007U: { code: 40324, name: 'Location40324' },
  M0088: { code: 40415, name: 'Location40415' },
  // PostgreSQL's own states.
  '23505': { code: 11000, name: 'DuplicateKey' },
  '23P01': { code: 11000, name: 'DuplicateKey' },
  '22P02': { code: 9, name: 'FailedToParse' },
  '22023': { code: 2, name: 'BadValue' },
  '0A000': { code: 115, name: 'CommandNotSupported' },
  '40001': { code: 112, name: 'WriteConflict' },
  '40P01': { code: 112, name: 'WriteConflict' },
  '42P01': { code: 26, name: 'NamespaceNotFound' },
  '53100': { code: 14031, name: 'OutOfDiskSpace' },
  '55P03': { code: 24, name: 'LockTimeout' },
  '57014': { code: 50, name: 'MaxTimeMSExpired' },
};

/** Names of codes without a SQLSTATE. */
const OWN_NAMES: readonly (readonly [number, string])[] = [
  [CODE.writeConcernTimeout, 'WriteConcernTimeout'],
  [CODE.primarySteppedDown, 'PrimarySteppedDown'],
  [CODE.notWritablePrimary, 'NotWritablePrimary'],
  [CODE.interruptedDueToReplStateChange, 'InterruptedDueToReplStateChange'],
  [CODE.notPrimaryNoSecondaryOk, 'NotPrimaryNoSecondaryOk'],
];

const NAME_BY_CODE = new Map<number, string>([
  ...Object.values(BY_SQLSTATE).map(({ code, name }) => [code, name] as const),
  ...OWN_NAMES,
]);

/** MongoDB's code for a SQLSTATE; InternalError (1) if there is none. */
export function codeOfSqlState(state: string): number {
  return BY_SQLSTATE[state]?.code ?? CODE.internalError;
}

/** MongoDB's name for a code, `Location<code>` for codes without one. */
export function nameOfCode(code: number): string {
  return NAME_BY_CODE.get(code) ?? `Location${code}`;
}

/**
 * In `writeErrors` the engine reports a SQLSTATE in PostgreSQL's packed form: six bits per
 * character, the first character lowest.
 */
export function unpackSqlState(packed: number): string {
  let rest = packed;
  let state = '';
  for (let index = 0; index < 5; index += 1) {
    state += String.fromCharCode((rest & 0x3f) + 48);
    rest >>= 6;
  }
  return state;
}
