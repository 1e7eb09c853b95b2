import type { ReadinessAnswer } from './serve-metrics';

/** Whether a gRPC service should get calls, as its health service says it, for those who ask over plain HTTP. */
export interface ServingState {
  readonly set: (serving: boolean) => void;
  readonly checkReadiness: () => Promise<ReadinessAnswer>;
}

const REASON =
  'It is starting or stopping, its store does not answer, or its clock is wrong; its log says which.';

/** Starts as not serving. `component` is whom the reason names. */
export const createServingState = (component: string): ServingState => {
  let serving = false;
  return {
    set: (value) => {
      serving = value;
    },
    checkReadiness: async () => ({
      ready: serving,
      reasons: serving ? {} : { [component]: REASON },
    }),
  };
};
