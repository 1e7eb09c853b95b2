import type { Clock } from '@flashreserve/ops';
import type { Context } from '@opentelemetry/api';
import { deadlineExceeded, overloaded } from '../errors/common-errors';
import { asUnwritten } from './known-unwritten';

/** A queued request. */
export interface Waiting<Entry, Result> {
  readonly entry: Entry;
  readonly deadline: Date;
  /** Time of arrival, from `performance.now()`. */
  readonly since: number;
  /** Trace context of the request. */
  readonly origin: Context;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** FIFO queue of at most `maxQueueLength` requests. */
export interface WaitingLine<Entry, Result> {
  readonly length: () => number;
  /** When the queue is full, rejects the request with OVERLOADED and returns false. */
  readonly add: (waiting: Waiting<Entry, Result>) => boolean;
  /** Takes the oldest requests; expired ones are rejected with DEADLINE_EXCEEDED instead. */
  readonly takeBatch: () => readonly Waiting<Entry, Result>[];
  /** Rejects expired requests with DEADLINE_EXCEEDED; returns the earliest remaining deadline. */
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
