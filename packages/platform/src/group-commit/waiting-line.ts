import type { Context } from '@opentelemetry/api';
import type { Clock } from '../clock';
import { deadlineExceeded, overloaded } from '../errors';

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
}

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
        waiting.reject(overloaded());
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
        if (waiting.deadline <= now) waiting.reject(deadlineExceeded());
        else batch.push(waiting);
      }
      queue = queue.slice(taken);
      return batch;
    },
  };
};
