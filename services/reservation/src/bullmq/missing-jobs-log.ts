import { createFailureLog, describeCauses, type Logger } from '@flashreserve/ops';

/**
 * Counts reservations whose job could not be added and logs the total at a limited rate. Call it
 * once per reservation.
 */
export const createMissingJobsLog = (
  log: Logger,
  onMissing: () => void = () => undefined,
): ((error: unknown) => void) => {
  let reservations = 0;
  const logFailure = createFailureLog();
  return (error) => {
    reservations += 1;
    onMissing();
    logFailure({
      log,
      level: 'warn',
      key: 'jobs',
      fields: { causes: describeCauses(error), reservations },
      message: 'Jobs could not be added to the expiry queue; the sweep covers them.',
    });
  };
};
