import { configFields, setting, wholeNumber } from '@flashreserve/ops';
import type { z } from 'zod';

const days = (fallback: number) =>
  wholeNumber({ min: 1, max: 36_500, of: 'days' }).default(fallback);

/** How long documents are kept. All services of a stack must have the same values. */
export const retentionFields = {
  RETENTION_DAYS: days(400).meta(
    setting(
      'retention',
      'How long ended reservations and sold holds are kept, in days, 1 to 36500, at least IDEMPOTENCY_DAYS.',
    ),
  ),
  IDEMPOTENCY_DAYS: days(7).meta(
    setting(
      'retention',
      'How long a retry with the same Idempotency-Key finds the first attempt, in days, 1 to 36500. Released holds are kept this long.',
    ),
  ),
  RETENTION_INTERVAL_SECONDS: configFields
    .seconds({ min: 0, max: 86_400, fallback: 60 })
    .meta(
      setting(
        'retention',
        'Pause between two rounds of the clean-up of catalog and reservation, in seconds, 0 to 86400; 0 turns it off, and every audit then reads every sale.',
      ),
    ),
};

export interface RetentionConfig {
  readonly RETENTION_DAYS: number;
  readonly IDEMPOTENCY_DAYS: number;
  readonly RETENTION_INTERVAL_SECONDS: number;
}

/**
 * Requires that nothing is deleted within the idempotency window; reported with all other problems.
 */
export const retentionTogether = <Schema extends z.ZodType<RetentionConfig>>(
  schema: Schema,
): Schema =>
  schema.refine(({ RETENTION_DAYS, IDEMPOTENCY_DAYS }) => RETENTION_DAYS >= IDEMPOTENCY_DAYS, {
    path: ['RETENTION_DAYS'],
    message: 'must be at least IDEMPOTENCY_DAYS',
  });
