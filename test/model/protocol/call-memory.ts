import { at, type Context } from './context';
import { type CallFields, get, type IdFields, type State } from './layout';

/** The next step of a Reserve or Revive call. */
export const CALL_STEP = {
  IDLE: 0,
  TAKE_HOLD: 1,
  FIND_AVAILABLE: 2,
  FIND_HOLDS: 3,
  WRITE_TAKE: 4,
  WRITE_SECOND_LINE: 5,
  CHECK_HOLD: 6,
  INSERT: 7,
  FIND: 8,
  RESTORE_READ: 9,
  RESTORE_WRITE: 10,
  SCHEDULE_EXPIRY: 11,
  REPLY: 12,
  /** A revival replies as soon as it is durable, and settles afterwards. */
  REPLY_REVIVED: 13,
  COMMIT_READ: 14,
  COMMIT_WRITE: 15,
} as const;

/** What the process of a Reserve call remembers, and when it forgets. */
export interface CallMemory {
  readonly goTo: (next: State, step: number) => void;
  /** Memory that is no longer needed is cleared, so that states differ only in relevant things. */
  readonly forget: (next: State) => void;
  /** The call has ended. */
  readonly end: (next: State) => void;
  readonly idOf: (state: State) => IdFields;
  readonly wants: (state: State) => number;
}

export const createCallMemory = ({ layout }: Context, call: CallFields): CallMemory => {
  const goTo = (next: State, step: number): void => {
    next[call.step] = step;
  };
  const forget = (next: State): void => {
    next[call.wants] = 0;
    next[call.seen] = 0;
    next[call.seenExpires] = 0;
    next[call.late] = 0;
  };
  return {
    goTo,
    forget,
    end: (next) => {
      forget(next);
      next[call.id] = 0;
      goTo(next, CALL_STEP.IDLE);
    },
    idOf: (state) => at(layout.ids, get(state, call.id)),
    wants: (state) => get(state, call.wants),
  };
};
