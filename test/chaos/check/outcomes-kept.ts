import type { Attempt, Facts, Story } from './facts';
import { type InvariantResult, judgeEach } from './verdict';

const KEPT = {
  confirm: { what: 'confirmation', statuses: ['CONFIRMED', 'RETURNED'], holdState: 'SOLD' },
  revive: { what: 'revival', statuses: ['CONFIRMED', 'RETURNED'], holdState: 'SOLD' },
  cancel: { what: 'cancellation', statuses: ['CANCELLED'], holdState: 'RELEASED' },
} as const;

interface Outcome {
  readonly reservationId: string;
  readonly action: keyof typeof KEPT;
  readonly attempt: Attempt;
}

const outcomesOf = function* (stories: Iterable<Story>): Generator<Outcome> {
  for (const { reservationId, attempts } of stories) {
    for (const action of ['confirm', 'cancel', 'revive'] as const) {
      const attempt = attempts.find((one) => one.action === action && one.status === 200);
      if (attempt !== undefined) yield { reservationId, action, attempt };
    }
  }
};

/** Every acknowledged confirmation is stored and its units are sold; the same for cancellations. */
export const checkOutcomesKept = ({ history, store }: Facts): InvariantResult =>
  judgeEach(
    'acknowledged outcomes are kept',
    outcomesOf(history.stories.values()),
    ({ reservationId, action, attempt }) => {
      const { what, statuses, holdState } = KEPT[action];
      const reservation = store.reservations.get(reservationId);
      const hold = store.holds.get(reservationId);
      const subject = `reservation ${reservationId}: ${what} acknowledged by call ${attempt.n}`;
      const problems: string[] = [];
      if (!statuses.some((status) => status === reservation?.status)) {
        problems.push(`${subject}, but it is ${reservation?.status ?? 'not stored'}`);
      }
      if (hold?.state !== holdState) {
        problems.push(`${subject}, but its hold is ${hold?.state ?? 'missing'}`);
      }
      if (reservation?.customerId !== undefined && reservation.customerId !== attempt.customerId) {
        problems.push(`${subject} to ${attempt.customerId}, who does not own it`);
      }
      return problems;
    },
  );
