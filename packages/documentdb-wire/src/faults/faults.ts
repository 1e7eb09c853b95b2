import { deserialize, serialize } from 'bson';
import { CommandError, LABEL_RETRYABLE_WRITE, LABEL_TRANSIENT } from '../errors/command-error';
import type { Situation } from '../errors/engine-failure';
import { CODE, nameOfCode } from '../errors/error-codes';

/** Which faults a server makes. The same seed draws the same ones for the same order of commands. */
export interface FaultSettings {
  readonly seed: number;
  /** Share of the commands that meet one, from 0 to 1. */
  readonly rate: number;
}

/** What goes wrong with one command, and whether it has had its effect by then. */
export type Fault =
  | { readonly kind: 'close'; readonly moment: 'before' | 'after' }
  | {
      readonly kind: 'error';
      readonly moment: 'before' | 'after';
      readonly code: number;
      /** A driver that learns of a newer state looks for the primary again; otherwise it just repeats. */
      readonly isNews: boolean;
    }
  /** The reply says ok, and that no majority has confirmed the write. */
  | { readonly kind: 'unconfirmed'; readonly moment: 'after'; readonly code: number };

export interface Faults {
  /** Draws what happens to a command; mostly nothing. */
  draw(command: { readonly name: string; readonly situation: Situation }): Fault | undefined;
}

const SETTINGS_PATTERN = /^(\d{1,9}):(0|1|0?\.\d{1,6})$/;

/**
 * Reads `seed:rate`, for example `7:0.02`; undefined when it is empty.
 * @throws {RangeError} When it is something else.
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
/** A driver that looks for the primary again pauses for up to half a second, which must stay rare. */
const NEWS_SHARE = 0.1;

/** What a command of each kind can meet in MongoDB. Weights are counts in the list. */
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

/** Commands that meet faults: those of an application at work. */
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

/** Makes faults by a seed. */
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

/** The labels that MongoDB gives such an error in such a situation. */
function labelsOf(code: number, situation: Situation): readonly string[] {
  if (situation === 'transaction') {
    return [LABEL_TRANSIENT];
  }
  const isRetryable = situation === 'retryable-write' || situation === 'commit';
  return isRetryable && isStateChange(code) ? [LABEL_RETRYABLE_WRITE] : [];
}

/** The refusal of a command, as a member of a replica set words it. */
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

/** The reply of a write that was carried out, saying that no majority confirmed it in time. */
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
