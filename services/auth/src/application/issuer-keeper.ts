import type { IssuerKey, IssuerKeys, TrustedIssuersAnswer } from '@flashreserve/identity';
import {
  type Clock,
  createFailureLog,
  describeCauses,
  endsWithin,
  type Logger,
} from '@flashreserve/ops';
import type { ConfiguredIssuer, IssuerKeyReader } from './ports';

/** Knows the keys of all trusted issuers. */
export interface IssuerKeeper {
  /**
   * The issuers with the keys as they were last fetched. The keys of the issuer with this alias are
   * fetched first, unless that happened within the cool-down; the empty text names none. Waits up
   * to 3 s for that, and for the first attempt after the start. Never fails.
   */
  readonly list: (refreshAlias: string) => Promise<TrustedIssuersAnswer>;
  /** Stops fetching. */
  readonly stop: () => void;
}

/** Minimum interval between two fetches on demand of an issuer's keys, in milliseconds. */
const COOLDOWN_MS = 10_000;
/** Pause after a fetch that failed, in milliseconds. */
const RETRY_MS = 30_000;
/** How long a caller waits, in milliseconds; shorter than the time limit of its call. */
const PATIENCE_MS = 3_000;
/** Instances that start together do not fetch together later. Share of the interval. */
const JITTER = 0.1;

interface Known {
  readonly issuer: ConfiguredIssuer;
  keys: readonly IssuerKey[];
  /** Time in milliseconds of the last successful fetch, and of the last attempt. */
  fetchedAt: number;
  triedAt: number;
  /** The fetch that is under way. */
  fetching: Promise<void> | undefined;
  hasTried: boolean;
  timer: NodeJS.Timeout | undefined;
}

const kidsOf = (keys: readonly IssuerKey[]): readonly string[] => keys.map(({ kid }) => kid);

/**
 * Fetches the keys of each issuer at the start and then in an interval. An issuer that is away
 * keeps its keys until they are stale, and delays no other.
 */
export const createIssuerKeeper = (options: {
  readonly issuers: readonly ConfiguredIssuer[];
  readonly reader: IssuerKeyReader;
  readonly clock: Clock;
  readonly log: Logger;
  /** Interval of the fetches, and how long verifiers may cache the answer. */
  readonly refreshSeconds: number;
  /** How long keys stay valid without a successful fetch. */
  readonly staleSeconds: number;
  readonly onRefresh: (alias: string, refreshedAt: Date | undefined) => void;
}): IssuerKeeper => {
  const { reader, clock, log } = options;
  const refreshMs = options.refreshSeconds * 1_000;
  const logFailure = createFailureLog();
  let isStopped = false;
  const now = (): number => clock.now().getTime();

  const fetchKeys = async (known: Known): Promise<void> => {
    const { issuer } = known;
    const { alias } = issuer;
    known.triedAt = now();
    try {
      const keys = await reader.read(issuer);
      if (JSON.stringify(keys) !== JSON.stringify(known.keys)) {
        log.info({ issuer: alias, kids: kidsOf(keys) }, 'The keys of a trusted issuer changed.');
      }
      known.keys = keys;
      // The answer may have taken long, so its age counts from the request.
      known.fetchedAt = known.triedAt;
      options.onRefresh(alias, new Date(known.fetchedAt));
    } catch (error) {
      options.onRefresh(alias, undefined);
      logFailure({
        log,
        level: 'warn',
        key: alias,
        fields: { issuer: alias, causes: describeCauses(error) },
        message: 'The keys of a trusted issuer cannot be fetched; known ones stay in use.',
      });
    }
  };

  const schedule = (known: Known): void => {
    if (isStopped) return;
    const hasFailed = known.fetchedAt !== known.triedAt;
    const pauseMs = hasFailed ? Math.min(RETRY_MS, refreshMs) : refreshMs;
    clearTimeout(known.timer);
    known.timer = setTimeout(
      () => void refresh(known),
      pauseMs * (1 - JITTER * Math.random()),
    ).unref();
  };
  /** Never rejects: `fetchKeys` reports its failures. */
  const refresh = (known: Known): Promise<void> => {
    known.fetching ??= fetchKeys(known).finally(() => {
      known.fetching = undefined;
      known.hasTried = true;
      schedule(known);
    });
    return known.fetching;
  };

  const all = options.issuers.map(
    (issuer): Known => ({
      issuer,
      keys: [],
      fetchedAt: Number.NEGATIVE_INFINITY,
      triedAt: Number.NEGATIVE_INFINITY,
      fetching: undefined,
      hasTried: false,
      timer: undefined,
    }),
  );
  for (const known of all) void refresh(known);

  const toIssuerKeys = ({ issuer, keys, fetchedAt }: Known): IssuerKeys => {
    const expiresAt = fetchedAt + options.staleSeconds * 1_000;
    return expiresAt <= now()
      ? { issuer, keys: [] }
      : { issuer, keys, keysExpireAt: new Date(expiresAt) };
  };
  const isCool = ({ triedAt }: Known): boolean =>
    now() - triedAt >= Math.min(COOLDOWN_MS, refreshMs);
  const isAwaited = (known: Known, refreshAlias: string): boolean =>
    !known.hasTried ||
    (known.issuer.alias === refreshAlias && (known.fetching !== undefined || isCool(known)));

  return {
    list: async (refreshAlias) => {
      const awaited = all.filter((known) => isAwaited(known, refreshAlias));
      if (awaited.length > 0) {
        await endsWithin(PATIENCE_MS, Promise.all(awaited.map(refresh)));
      }
      return { issuers: all.map(toIssuerKeys), refreshMs };
    },
    stop: () => {
      isStopped = true;
      for (const { timer } of all) clearTimeout(timer);
    },
  };
};
