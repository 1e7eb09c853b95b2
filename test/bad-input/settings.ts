/** Requests of one run over REST and gRPC together when nobody says how many. */
const REQUESTS_DEFAULT = 5_000;
/** Two of three requests go to the gateway, the third straight to a service. */
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
  /** Requests that are sent between two looks at the databases. */
  readonly batchSize: number;
  /** What fast-check takes to repeat a run; it prints both when a run fails. */
  readonly replay: {
    readonly seed?: number;
    readonly path?: string;
    /** Making a failed batch smaller takes minutes, so only the replay of a path does it. */
    readonly endOnFailure: boolean;
  };
  /** Time that one property may take. */
  readonly timeoutMs: number;
}

/**
 * Reads the size of the run: BAD_INPUT_REQUESTS (5,000), and BAD_INPUT_SEED and BAD_INPUT_PATH as a failed run has
 * printed them.
 */
export const readSettings = (): BadInputSettings => {
  const requests = readWhole('BAD_INPUT_REQUESTS', 100) ?? REQUESTS_DEFAULT;
  const seed = readWhole('BAD_INPUT_SEED', Number.MIN_SAFE_INTEGER);
  const path = process.env['BAD_INPUT_PATH'];
  const restRequests = Math.round(requests * REST_SHARE);
  return {
    restRequests,
    grpcRequests: requests - restRequests,
    // The documents of all accepted requests are read after each batch, so long runs look less often.
    batchSize: requests > 20_000 ? 100 : 25,
    replay: {
      ...(seed !== undefined && { seed }),
      ...(path ? { path, endOnFailure: false } : { endOnFailure: true }),
    },
    timeoutMs: 60_000 + requests * 60,
  };
};
