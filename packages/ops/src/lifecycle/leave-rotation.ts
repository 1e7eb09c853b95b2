import { setTimeout as pause } from 'node:timers/promises';
import type { Lifecycle } from './lifecycle';

/** More than the wait itself, so that a timer that is late is no failed step. */
const MARGIN_MS = 1_000;

/**
 * Registers the first two steps of a stop: `turnOff` makes the component report that it is not ready, and then it
 * serves on for `waitMs`, until whoever spreads requests has noticed. Register it last of all.
 *
 * Without the wait a load balancer goes on sending requests to an instance that takes no more of them.
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
