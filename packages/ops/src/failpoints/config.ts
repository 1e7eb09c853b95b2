import { z } from 'zod';
import { failpointPlan } from './plan';

/** Environment variables of every component that arm failpoints, for tests only. */
export const failpointFields = {
  /** Failpoints are off in `production`; configuring any is an error. */
  NODE_ENV: z.string().optional(),
  FAILPOINTS: failpointPlan.optional(),
  /** Arms a quarter of all failpoints with rare faults of all kinds; deterministic per seed. */
  FAILPOINTS_SEED: z.coerce
    .number('must be a whole number')
    .int('must be a whole number')
    .optional(),
};

export type FailpointConfig = z.output<z.ZodObject<typeof failpointFields>>;
