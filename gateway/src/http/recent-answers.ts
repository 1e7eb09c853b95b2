import type { Clock } from '@flashreserve/ops';
import type { UnaryCallOptions } from '@flashreserve/rpc';
import { LRUCache } from 'lru-cache';
import { renewalTime } from '../grpc/renewal-time';
import { BOUNDS } from '../limits/bounds';
import type { PreparedAnswer } from './prepared-answer';

type Call = Pick<UnaryCallOptions, 'deadline' | 'requestId' | 'signal'>;

/** What a request asks for. */
export interface Question<Body> {
  /** The same for all requests that have the same answer. */
  readonly key: string;
  /** True for clients that accept no older answer; it replaces the one that is kept. */
  readonly isFresh: boolean;
  readonly call: Call;
  /** Asks the service. Called with the signal of all requests that wait for this answer. */
  readonly ask: (call: Call) => Promise<PreparedAnswer<Body>>;
}

/** Finished answers that are recent enough to be sent again. */
export interface RecentAnswers {
  /**
   * The recent answer to this key. Shortly before it expires, one caller gets undefined and renews
   * it with `read`, while the others still get the old one.
   */
  readonly recall: (key: string) => PreparedAnswer | undefined;
  /**
   * The recent answer, or that of a call which was sent recently, or that of a new call. Rejects
   * with the error of the call; errors are not kept.
   */
  readonly read: <Body>(question: Question<Body>) => Promise<PreparedAnswer<Body>>;
}

interface Kept {
  readonly answer: PreparedAnswer;
  /** Which call it comes from; later ones have higher numbers. */
  readonly number: number;
  readonly askedAt: number;
  readonly renewAt: number;
}

/** A call in progress. */
interface Reading {
  readonly answer: Promise<PreparedAnswer>;
  readonly number: number;
  readonly askedAt: number;
  readonly controller: AbortController;
  /** Requests that wait for it. The last one that disconnects cancels the call. */
  waiting: number;
}

/**
 * Makes reads of what everybody reads cheap: a service is asked a few times a second instead of
 * once per request. No answer is older than `reuseMs`, counted from when its call was sent to when
 * the request that gets it arrived. 0 disables reuse.
 *
 * Keeps at most `recentAnswersMax` answers of `recentBytesMax` in total. A call in progress always
 * has a request that waits for it.
 */
export const createRecentAnswers = (options: {
  readonly reuseMs: number;
  readonly clock: Clock;
  /** Override those of `BOUNDS`. */
  readonly limits?: { readonly recentAnswersMax: number; readonly recentBytesMax: number };
  /** Called for every request that was answered without a call of its own. */
  readonly onReused?: () => void;
}): RecentAnswers => {
  const { reuseMs, clock, limits = BOUNDS, onReused } = options;
  const kept = new LRUCache<string, Kept>({
    max: limits.recentAnswersMax,
    maxSize: limits.recentBytesMax,
    sizeCalculation: ({ answer }) => answer.content.length,
  });
  const readings = new Map<string, Reading>();
  let calls = 0;

  /** False if the clock was set back, which would make an answer last. */
  const isRecent = (askedAt: number, now: number): boolean =>
    askedAt <= now && now < askedAt + reuseMs;

  const recall: RecentAnswers['recall'] = (key) => {
    const found = kept.get(key);
    if (found === undefined) return undefined;
    const now = clock.now().getTime();
    if (!isRecent(found.askedAt, now)) return undefined;
    if (now >= found.renewAt && !readings.has(key)) return undefined;
    onReused?.();
    return found.answer;
  };

  const keep = (key: string, answer: PreparedAnswer, call: Omit<Kept, 'answer' | 'renewAt'>) => {
    const { number, askedAt } = call;
    // A slow call must not replace the answer of a later one.
    if (reuseMs === 0 || (kept.peek(key)?.number ?? 0) > number) return;
    const answeredAt = clock.now().getTime();
    const renewAt = renewalTime({ askedAt, answeredAt, reuseMs });
    kept.set(key, { answer, number, askedAt, renewAt });
  };

  const forget = (key: string, number: number): void => {
    if (readings.get(key)?.number === number) readings.delete(key);
  };

  const start = ({ key, call, ask }: Question<unknown>): Reading => {
    calls += 1;
    const number = calls;
    const askedAt = clock.now().getTime();
    const controller = new AbortController();
    const { deadline, requestId } = call;
    const readAndKeep = async (): Promise<PreparedAnswer> => {
      try {
        const answer = await ask({ deadline, requestId, signal: controller.signal });
        keep(key, answer, { number, askedAt });
        return answer;
      } finally {
        forget(key, number);
      }
    };
    const reading = { answer: readAndKeep(), number, askedAt, controller, waiting: 0 };
    readings.set(key, reading);
    return reading;
  };

  const wait = async (key: string, reading: Reading, signal: AbortSignal | undefined) => {
    const leave = (): void => {
      reading.waiting -= 1;
      if (reading.waiting > 0) return;
      // First, so that no request joins a cancelled call.
      forget(key, reading.number);
      reading.controller.abort();
    };
    reading.waiting += 1;
    if (signal?.aborted === true) leave();
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await reading.answer;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  };

  const read = (question: Question<unknown>): Promise<PreparedAnswer> => {
    const { key, isFresh, call } = question;
    if (!isFresh) {
      const known = recall(key);
      if (known !== undefined) return Promise.resolve(known);
      const reading = readings.get(key);
      if (reading !== undefined && isRecent(reading.askedAt, clock.now().getTime())) {
        onReused?.();
        return wait(key, reading, call.signal);
      }
    }
    return wait(key, start(question), call.signal);
  };

  return {
    recall,
    // One key always has answers of one type.
    read: read as RecentAnswers['read'],
  };
};
