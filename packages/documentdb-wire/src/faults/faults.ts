import { deserialize, serialize } from 'bson';
import { CommandError, LABEL_RETRYABLE_WRITE, LABEL_TRANSIENT } from '../errors/command-error';
import type { Situation } from '../errors/engine-failure';
import { CODE, nameOfCode } from '../errors/error-codes';

/**
 * Which faults a server plays. The same seed gives the same faults for the same order of commands.
 */
export interface FaultSettings {
  readonly seed: number;
  /** Share of commands with a fault, from 0 to 1. */
  readonly rate: number;
}

/** The fault of one command, and whether it comes before or after the command takes effect. */
export type Fault =
  | { readonly kind: 'close'; readonly moment: 'before' | 'after' }
  | {
      readonly kind: 'error';
      readonly moment: 'before' | 'after';
      readonly code: number;
      /**
       * Whether the error reports a newer topology: the driver then looks for the primary before it
       * retries.
       */
      readonly isNews: boolean;
    }
  /** The reply has `ok: 1` and a `writeConcernError`: no majority confirmed the write. */
  | { readonly kind: 'unconfirmed'; readonly moment: 'after'; readonly code: number };

export interface Faults {
  /** Draws the fault of a command; undefined for none. */
  draw(command: { readonly name: string; readonly situation: Situation }): Fault | undefined;
}

const SETTINGS_PATTERN = /^(\d{1,9}):(0|1|0?\.\d{1,6})$/;

/**
 * Parses `seed:rate`, for example `7:0.02`; undefined if the text is empty.
 * @throws {RangeError} If it is malformed.
 */
export function parseFaultSettings(text: string | undefined): FaultSettings | undefined {
  if (text === undefined || text === '') {
    return undefined;
  }
  const [, seed, rate] = SETTINGS_PATTERN.exec(text) ?? [];
  if (seed === undefined || rate === undefined) {
    throw new RangeError(
      `Faults of the store are given as seed:rate with a rate from 0 to 1, such as 7:0.02, not as "${text}".`,
    );
  }
  return { seed: Number(seed), rate: Number(rate) };
}

/** Mulberry32, by Tommy Ettinger. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const STATE_CHANGES = [
  CODE.notWritablePrimary,
  CODE.primarySteppedDown,
  CODE.interruptedDueToReplStateChange,
];
/** Kept small: a driver that looks for the primary again pauses for up to half a second. */
const NEWS_SHARE = 0.1;

/**
 * Faults that MongoDB can have in each situation. An entry that is listed twice is twice as likely.
 */
const CHOICES: Readonly<Record<Situation, readonly string[]>> = {
  read: ['error before', 'error before', 'close before', 'close after'],
  write: ['error before', 'error after', 'close before', 'close after', 'unconfirmed'],
  'retryable-write': [
    'error before',
    'error after',
    'error after',
    'close before',
    'close after',
    'close after',
    'unconfirmed',
  ],
  transaction: ['error before', 'conflict before', 'lost before', 'close before', 'close after'],
  commit: [
    'error before',
    'error after',
    'close before',
    'close after',
    'close after',
    'unconfirmed',
  ],
};

/** Only the commands of an application at work meet faults. */
const COMMANDS: ReadonlySet<string> = new Set([
  'find',
  'aggregate',
  'count',
  'distinct',
  'getmore',
  'insert',
  'update',
  'delete',
  'findandmodify',
  'committransaction',
]);

/** Draws faults from a seeded random sequence. */
export function createFaults({ seed, rate }: FaultSettings): Faults {
  const random = createRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item | undefined =>
    items[Math.floor(random() * items.length)];
  const error = (moment: 'before' | 'after', code: number): Fault => ({
    kind: 'error',
    moment,
    code,
    isNews: random() < NEWS_SHARE,
  });
  const stateChange = (): number => pick(STATE_CHANGES) ?? CODE.notWritablePrimary;
  return {
    draw({ name, situation }) {
      if (!COMMANDS.has(name) || random() >= rate) {
        return undefined;
      }
      if (name === 'getmore') {
        return error('before', CODE.cursorNotFound);
      }
      switch (pick(CHOICES[situation])) {
        case 'error before':
          return error('before', stateChange());
        case 'error after':
          return error('after', CODE.interruptedDueToReplStateChange);
        case 'conflict before':
          return error('before', CODE.writeConflict);
        case 'lost before':
          return error('before', CODE.noSuchTransaction);
        case 'close before':
          return { kind: 'close', moment: 'before' };
        case 'close after':
          return { kind: 'close', moment: 'after' };
        default:
          return { kind: 'unconfirmed', moment: 'after', code: CODE.writeConcernTimeout };
      }
    },
  };
}

const isStateChange = (code: number): boolean =>
  STATE_CHANGES.some((stateChange) => stateChange === code);

/** The labels that MongoDB gives this error in this situation. */
function labelsOf(code: number, situation: Situation): readonly string[] {
  if (situation === 'transaction') {
    return [LABEL_TRANSIENT];
  }
  const isRetryable = situation === 'retryable-write' || situation === 'commit';
  return isRetryable && isStateChange(code) ? [LABEL_RETRYABLE_WRITE] : [];
}

/** The error with which a member of a replica set refuses a command. */
export function refusal(
  code: number,
  situation: Situation,
  topologyVersion?: Readonly<Record<string, unknown>>,
): CommandError {
  return new CommandError(code, `The member cannot do this now: ${nameOfCode(code)}.`, {
    labels: labelsOf(code, situation),
    ...(topologyVersion && isStateChange(code) ? { details: { topologyVersion } } : {}),
  });
}

/** Adds to the reply of an applied write that no majority confirmed it in time. */
export function unconfirmed(reply: Buffer, code: number): Buffer {
  return Buffer.from(
    serialize({
      ...deserialize(reply, { promoteValues: false }),
      writeConcernError: {
        code,
        codeName: nameOfCode(code),
        errmsg: 'waiting for replication timed out',
        errInfo: { wtimeout: true },
      },
    }),
  );
}
