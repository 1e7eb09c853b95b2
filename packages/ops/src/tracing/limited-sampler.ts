import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace';
import { countsAsTrace } from './spans';

const SECOND_MS = 1_000;

/** Allows at most `perSecond` per window of one second, which starts with the first request. */
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
 * Decides like `sampler`, and samples at most `perSecond` new traces per second. Traces are sampled
 * completely or not at all: spans that continue a trace of another component are never refused. So
 * neither load nor callers that request sampling can fill the queue, which would drop single spans.
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
