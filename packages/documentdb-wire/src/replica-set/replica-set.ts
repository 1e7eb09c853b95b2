import { ObjectId } from 'bson';
import { CommandError } from '../errors/command-error';
import { CODE } from '../errors/error-codes';
import { MESSAGE_BYTES_MAX } from '../protocol/message';
import type { RawDocument } from '../protocol/raw-document';

const SET_NAME = 'rs0';
/** Limit of `maxAwaitTimeMS`. Drivers ask for 10 s. */
const AWAIT_MS_MAX = 30_000;
const STEP_DOWN_SECONDS_MAX = 600;

/**
 * This server as the only member of a replica set, so that drivers use the same code paths as with
 * MongoDB. After stepping down it refuses what only a primary may do, until it is elected again.
 */
export interface ReplicaSet {
  isPrimary(): boolean;
  /** Number of changes between primary and secondary so far. */
  changes(): number;
  /** Goes into error replies, so that drivers can ignore stale ones. */
  topologyVersion(): Readonly<Record<string, unknown>>;
  /**
   * Fields of the reply to `hello`. If the request names the current topology version, waits until
   * the version changes or `maxAwaitTimeMS` is over.
   * @param address Host and port at which the driver reaches this server.
   */
  hello(request: RawDocument, address: string): Promise<Readonly<Record<string, unknown>>>;
  /** @throws {CommandError} NotWritablePrimary, if it is not primary. */
  stepDown(seconds: number): void;
  close(): void;
}

interface Waiter {
  readonly wake: () => void;
}

/** Lets callers wait for the next change, or until a timeout. */
function createBell() {
  const waiting = new Set<Waiter>();
  return {
    wait: (ms: number) =>
      new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          waiting.delete(waiter);
          resolve();
        };
        const waiter = { wake };
        const timer = setTimeout(wake, ms);
        waiting.add(waiter);
      }),
    ring() {
      for (const { wake } of waiting) {
        wake();
      }
    },
  };
}

/** Election ids grow with the term, as in MongoDB; a driver rejects a primary with an older one. */
const electionIdOf = (term: number): ObjectId =>
  new ObjectId(`7fffffff${term.toString(16).padStart(16, '0')}`);

const LIMITS = {
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: MESSAGE_BYTES_MAX - 16_384,
  maxWriteBatchSize: 25_000,
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: 25,
  readOnly: false,
} as const;

export function createReplicaSet(): ReplicaSet {
  const processId = new ObjectId();
  const bell = createBell();
  // Every start counts as an election, so the term must be greater than in any earlier run.
  let term = Math.floor(Date.now() / 1000);
  let counter = 0n;
  let primary = true;
  let election: NodeJS.Timeout | undefined;

  const change = (isPrimary: boolean) => {
    primary = isPrimary;
    counter += 1n;
    bell.ring();
  };
  const topologyVersion = () => ({ processId, counter });
  const elect = () => {
    term += 1;
    change(true);
  };
  return {
    isPrimary: () => primary,
    changes: () => Number(counter),
    topologyVersion,
    async hello(request, address) {
      const known = request.document('topologyVersion');
      const waitMs = Math.min(request.number('maxAwaitTimeMS') ?? 0, AWAIT_MS_MAX);
      if (waitMs > 0 && known?.bigint('counter') === counter) {
        await bell.wait(waitMs);
      }
      return {
        helloOk: true,
        ismaster: primary,
        isWritablePrimary: primary,
        secondary: !primary,
        setName: SET_NAME,
        setVersion: 1,
        hosts: [address],
        me: address,
        ...(primary && { primary: address, electionId: electionIdOf(term) }),
        topologyVersion: topologyVersion(),
        localTime: new Date(),
        ...LIMITS,
      };
    },
    stepDown(seconds) {
      if (!primary) {
        throw new CommandError(CODE.notWritablePrimary, "not primary so can't step down");
      }
      if (!(seconds > 0 && seconds <= STEP_DOWN_SECONDS_MAX)) {
        throw new CommandError(
          CODE.badValue,
          `replSetStepDown needs a number of seconds from 1 to ${STEP_DOWN_SECONDS_MAX}.`,
        );
      }
      change(false);
      election = setTimeout(elect, seconds * 1000);
    },
    close() {
      clearTimeout(election);
      bell.ring();
    },
  };
}
