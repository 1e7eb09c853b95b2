import type { ReadinessAnswer } from './serve-metrics';

/** Serving status of a gRPC service, for readiness checks over plain HTTP. */
export interface ServingState {
  readonly set: (serving: boolean) => void;
  readonly checkReadiness: () => Promise<ReadinessAnswer>;
}

const REASON =
  'The service is starting or stopping, its store does not answer, or its clock is wrong; see its log.';

/** Initially not serving. `component` is the key of the reason. */
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
