/** Default number of requests per run over REST and gRPC together. */
const REQUESTS_DEFAULT = 5_000;
/** Two of three requests go to the gateway, the third directly to a service. */
const REST_SHARE = 2 / 3;

const readWhole = (name: string, min: number): number | undefined => {
  const given = process.env[name];
  if (given === undefined || given === '') return undefined;
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < min) {
    throw new RangeError(`${name} must be a whole number of at least ${min}.`);
  }
  return number;
};

export interface BadInputSettings {
  readonly restRequests: number;
  readonly grpcRequests: number;
  /** Requests sent between two comparisons of the databases. */
  readonly batchSize: number;
  /** What fast-check needs to replay a run; it prints both when a run fails. */
  readonly replay: {
    readonly seed?: number;
    readonly path?: string;
    /** Shrinking a failed batch takes minutes, so only a replay does it. */
    readonly endOnFailure: boolean;
  };
  /** Time limit of one property. */
  readonly timeoutMs: number;
}

/**
 * Reads the size of the run: BAD_INPUT_REQUESTS (5,000), and BAD_INPUT_SEED and BAD_INPUT_PATH as
 * printed by a failed run.
 */
export const readSettings = (): BadInputSettings => {
  const requests = readWhole('BAD_INPUT_REQUESTS', 100) ?? REQUESTS_DEFAULT;
  const seed = readWhole('BAD_INPUT_SEED', Number.MIN_SAFE_INTEGER);
  const path = process.env['BAD_INPUT_PATH'];
  const restRequests = Math.round(requests * REST_SHARE);
  return {
    restRequests,
    grpcRequests: requests - restRequests,
    // Each comparison reads all documents of accepted requests, so long runs compare less often.
    batchSize: requests > 20_000 ? 100 : 25,
    replay: {
      ...(seed !== undefined && { seed }),
      ...(path ? { path, endOnFailure: false } : { endOnFailure: true }),
    },
    timeoutMs: 60_000 + requests * 60,
  };
};
