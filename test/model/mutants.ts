import type { Invariant } from './protocol/invariants';
import type { Mutation } from './protocol/mutations';

/** A mutant of the protocol, and the invariant that catches it. */
export interface Mutant {
  readonly mutation: Mutation;
  /** A scenario in which few states suffice. */
  readonly scenario: string;
  readonly caughtBy: Invariant;
}

const mutant = (mutation: Mutation, scenario: string, caughtBy: Invariant): Mutant => ({
  mutation,
  scenario,
  caughtBy,
});

const HOLD_FOLLOWS = 'a hold ends only as its reservation did';
const SUMS = 'counters are the sums of the holds';
const ADD_UP = 'available + held + sold + written off = stocked';
const SAME_RETURNS = 'a hold has the returns of its reservation';
const LACKING_IS_MARKED = 'a return that catalog lacks is marked';
const RESOLVED_ONCE = 'a reservation is resolved once';

export const MUTANTS: readonly Mutant[] = [
  mutant('decrement without its condition', 'last-unit', 'no counter is negative'),
  mutant('decrement not idempotent by id', 'plenty', 'counters are the sums of the holds'),
  mutant('cart taken in two transactions', 'cart', 'counters are the sums of the holds'),
  mutant('holds read before products', 'repeats', 'no refusal of a key that has a hold'),
  mutant('restore whatever the hold is', 'one-customer', 'no counter is negative'),
  mutant('commit whatever the hold is', 'one-customer', 'no counter is negative'),
  mutant('adjustment without its condition', 'adjusted', 'no counter is negative'),
  mutant('adjustment not idempotent by id', 'restocked', ADD_UP),
  mutant('adjustment recorded later', 'adjusted', ADD_UP),
  mutant('new id for each retry', 'plenty', 'one reservation for each key'),
  mutant('insert although the hold is due', 'repeats', 'no reservation of a hold that is due'),
  mutant('insert overwrites', 'repeats', RESOLVED_ONCE),
  mutant('repeat moves the expiry', 'repeats', 'a reservation keeps the times of its hold'),
  mutant('answer before the insert', 'repeats', 'an acknowledged reservation exists'),
  mutant('restore on an unknown outcome', 'repeats', HOLD_FOLLOWS),
  mutant('restore when the insert was refused', 'repeats', HOLD_FOLLOWS),
  mutant('confirm although due', 'repeats', 'no confirmation of what is due'),
  mutant('resolve whatever the status is', 'repeats', RESOLVED_ONCE),
  mutant(
    'refuse what is due without expiring it',
    'one-customer',
    'what was called expired stays so',
  ),
  mutant('loser settles the hold too', 'repeats', HOLD_FOLLOWS),
  mutant('cancel settles before it resolves', 'repeats', HOLD_FOLLOWS),
  mutant('customer confirms in the grace', 'grace', 'no confirmation of what is due'),
  mutant('units go back before the grace ends', 'grace', 'no expiry of what is not due'),
  mutant(
    'revive before it has expired',
    'revived-plenty',
    'a reservation and its revival are sold once',
  ),
  mutant('revival without a hold', 'revived', HOLD_FOLLOWS),
  mutant('revival overwrites the tombstone', 'revived', RESOLVED_ONCE),
  mutant('extend although due', 'extended', 'no extension of what is due'),
  mutant('extension overwrites the status', 'extended', RESOLVED_ONCE),
  mutant('extension beyond the maximum', 'extended', 'no extension beyond the maximum'),
  mutant('extension moves only the hold', 'extended', 'no expiry of what is not due'),
  mutant('expiry by the time of the hold', 'extended', 'no expiry of what is not due'),
  mutant('return whatever the status is', 'returned-parts', 'only what was confirmed is returned'),
  mutant(
    'return without its condition',
    'returned-parts',
    'no more is returned than was confirmed',
  ),
  mutant('return not idempotent by key', 'returned-parts', SAME_RETURNS),
  mutant('return without its mark', 'returned', LACKING_IS_MARKED),
  mutant('catalog returns before reservation decides', 'returned', SAME_RETURNS),
  mutant('mark cleared whatever was added', 'returned-parts', LACKING_IS_MARKED),
  mutant('units come back without their condition', 'returned-repeats', SAME_RETURNS),
  mutant('units come back for each call', 'returned-repeats', SAME_RETURNS),
  mutant('units come back without their ledger row', 'returned', SUMS),
  mutant('written off without its counter', 'returned', ADD_UP),
  mutant('returned counts as ended unsold', 'returned', HOLD_FOLLOWS),
  mutant('expire whatever the status is', 'repeats', RESOLVED_ONCE),
  mutant('expire although not due', 'repeats', 'no expiry of what is not due'),
  mutant('one expired counts as all expired', 'batch', HOLD_FOLLOWS),
  mutant('no tombstone', 'repeats', HOLD_FOLLOWS),
  mutant('tombstone not read back', 'repeats', HOLD_FOLLOWS),
  mutant('worker releases unasked', 'repeats', HOLD_FOLLOWS),
  mutant(
    'sweep by reservations',
    'repeats',
    'after a crash of everything one sweep settles everything',
  ),
  mutant('hold folded twice', 'retention', SUMS),
  mutant('folded without its ledger row', 'retention', SUMS),
  mutant('hold deleted whatever its state is', 'retention', SUMS),
  mutant('sold hold deleted before it is folded', 'retention', SUMS),
  mutant('sold hold deleted before its reservation', 'retention', 'a reservation is sold once'),
  mutant(
    'confirmed reservation deleted before its hold is sold',
    'retention',
    'an acknowledged confirmation is a sale',
  ),
  mutant(
    'reservation deleted before its returns are settled',
    'returned-retention',
    'no reservation is deleted before its returns are settled',
  ),
];

/**
 * Checks without which nothing breaks; they are a second line of defence. A hold is settled only
 * once its reservation has a final state or a tombstone, and either makes the insert fail. And
 * whoever returns units has sold their hold before.
 */
export const REDUNDANT: readonly { readonly mutation: Mutation; readonly scenario: string }[] = [
  { mutation: 'insert although the hold is not HELD', scenario: 'one-customer' },
  { mutation: 'units of an unsold hold come back', scenario: 'returned' },
];
