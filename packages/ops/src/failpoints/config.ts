import { z } from 'zod';
import { failpointPlan } from './plan';

/** The part of every component's environment that arms failpoints, for tests only. */
export const failpointFields = {
  /** Failpoints stay off in `production`, and a plan for them is refused. */
  NODE_ENV: z.string().optional(),
  FAILPOINTS: failpointPlan.optional(),
  /** Arms a quarter of all failpoints with rare faults of all kinds; the same seed arms the same ones. */
  FAILPOINTS_SEED: z.coerce
    .number('must be a whole number')
    .int('must be a whole number')
    .optional(),
};

export type FailpointConfig = z.output<z.ZodObject<typeof failpointFields>>;
