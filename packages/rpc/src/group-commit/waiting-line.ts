import type { Clock } from '@flashreserve/ops';
import type { Context } from '@opentelemetry/api';
import { deadlineExceeded, overloaded } from '../errors/common-errors';
import { asUnwritten } from './known-unwritten';

/** A request that waits for its write. */
export interface Waiting<Entry, Result> {
  readonly entry: Entry;
  readonly deadline: Date;
  /** By `performance.now()`. */
  readonly since: number;
  /** Says which trace it belongs to. */
  readonly origin: Context;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Requests in the order in which they came, at most `maxQueueLength`. */
export interface WaitingLine<Entry, Result> {
  readonly length: () => number;
  /** False, and the request is refused with OVERLOADED, when the line is full. */
  readonly add: (waiting: Waiting<Entry, Result>) => boolean;
  /** Takes those that came first; one whose deadline has passed is refused with DEADLINE_EXCEEDED instead. */
  readonly takeBatch: () => readonly Waiting<Entry, Result>[];
  /** Refuses those whose deadline has passed with DEADLINE_EXCEEDED, and returns the earliest deadline of the others. */
  readonly endDue: (nowMs: number) => number;
}

const refuseLate = (waiting: Waiting<unknown, never>): void => {
  waiting.reject(asUnwritten(deadlineExceeded()));
};

export const createWaitingLine = <Entry, Result>(options: {
  readonly clock: Clock;
  readonly maxBatchSize: number;
  readonly maxQueueLength: number;
}): WaitingLine<Entry, Result> => {
  let queue: Waiting<Entry, Result>[] = [];
  return {
    length: () => queue.length,
    add: (waiting) => {
      if (queue.length >= options.maxQueueLength) {
        waiting.reject(asUnwritten(overloaded()));
        return false;
      }
      queue.push(waiting);
      return true;
    },
    takeBatch: () => {
      const now = options.clock.now();
      const batch: Waiting<Entry, Result>[] = [];
      let taken = 0;
      for (const waiting of queue) {
        if (batch.length === options.maxBatchSize) break;
        taken += 1;
        if (waiting.deadline <= now) refuseLate(waiting);
        else batch.push(waiting);
      }
      queue = queue.slice(taken);
      return batch;
    },
    endDue: (nowMs) => {
      let earliest = Infinity;
      const left: Waiting<Entry, Result>[] = [];
      for (const waiting of queue) {
        const dueAt = waiting.deadline.getTime();
        if (dueAt <= nowMs) {
          refuseLate(waiting);
          continue;
        }
        left.push(waiting);
        if (dueAt < earliest) earliest = dueAt;
      }
      queue = left;
      return earliest;
    },
  };
};
