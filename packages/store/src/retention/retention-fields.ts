import { configFields, wholeNumber } from '@flashreserve/ops';
import type { z } from 'zod';

const days = (fallback: number) =>
  wholeNumber({ min: 1, max: 36_500, of: 'days' }).default(fallback);

/** How long documents are kept. All services of a stack must have the same values. */
export const retentionFields = {
  /** How long ended reservations and sold holds are kept, in days. */
  RETENTION_DAYS: days(400),
  /** How long a retry with the same idempotency key finds the first attempt, in days. */
  IDEMPOTENCY_DAYS: days(7),
  /** Pause between rounds of the clean-up, in seconds; 0 disables it. */
  RETENTION_INTERVAL_SECONDS: configFields.seconds({ min: 0, max: 86_400, fallback: 60 }),
};

export interface RetentionConfig {
  readonly RETENTION_DAYS: number;
  readonly IDEMPOTENCY_DAYS: number;
  readonly RETENTION_INTERVAL_SECONDS: number;
}

/** Requires that nothing is deleted within the idempotency window; reported with all other problems. */
export const retentionTogether = <Schema extends z.ZodType<RetentionConfig>>(
  schema: Schema,
): Schema =>
  schema.refine(({ RETENTION_DAYS, IDEMPOTENCY_DAYS }) => RETENTION_DAYS >= IDEMPOTENCY_DAYS, {
    path: ['RETENTION_DAYS'],
    message: 'must be at least IDEMPOTENCY_DAYS',
  });
