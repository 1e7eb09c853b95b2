import { setTimeout as pause } from 'node:timers/promises';
import type { Lifecycle } from './lifecycle';

/** Longer than the wait itself, so that a late timer does not fail the step. */
const MARGIN_MS = 1_000;

/**
 * Registers the first two steps of a stop: `turnOff` makes the component report that it is not
 * ready, and then it keeps serving for `waitMs`, until load balancers have noticed. Must be
 * registered last.
 *
 * Without the wait a load balancer would keep sending requests to an instance that no longer
 * accepts them.
 */
export const leaveRotation = (
  lifecycle: Pick<Lifecycle, 'onStop'>,
  options: { readonly turnOff: () => void; readonly waitMs: number },
): void => {
  const { turnOff, waitMs } = options;
  lifecycle.onStop('wait for load balancers', () => pause(waitMs), {
    timeoutMs: waitMs + MARGIN_MS,
  });
  lifecycle.onStop('readiness', turnOff);
};
