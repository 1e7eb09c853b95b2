import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace';
import { countsAsTrace } from './spans';

const SECOND_MS = 1_000;

/** Gives out at most `perSecond` in any second that begins with the first one. */
const createAllowance = (perSecond: number, nowMs: () => number) => {
  let since = Number.NEGATIVE_INFINITY;
  let left = 0;
  return (): boolean => {
    const now = nowMs();
    if (now - since >= SECOND_MS) {
      since = now;
      left = perSecond;
    }
    left -= 1;
    return left >= 0;
  };
};

/**
 * Decides as `sampler` does, and records at most `perSecond` new traces in a second. A trace is recorded whole or not
 * at all: what continues one of a component of ours is never refused. Neither a rush nor callers who want everything
 * recorded can fill the queue, from which spans would fall out one by one.
 */
export const createLimitedSampler = (
  sampler: Sampler,
  options: { readonly perSecond: number; readonly nowMs?: () => number },
): Sampler => {
  const { perSecond, nowMs = () => performance.now() } = options;
  const allow = createAllowance(perSecond, nowMs);
  return {
    shouldSample: (starting, ...rest) => {
      const result = sampler.shouldSample(starting, ...rest);
      const isNew =
        result.decision === SamplingDecision.RECORD_AND_SAMPLED && countsAsTrace(starting);
      return isNew && !allow() ? { decision: SamplingDecision.NOT_RECORD } : result;
    },
    toString: () => `Limited{${perSecond}/s,${sampler.toString()}}`,
  };
};
