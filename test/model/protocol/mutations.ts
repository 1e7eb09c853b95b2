/**
 * Errors that can be built into the protocol, to show that the invariants catch them. At most one
 * at a time.
 */
export type Mutation =
  // Catalog
  | 'decrement without its condition'
  | 'decrement not idempotent by id'
  | 'cart taken in two transactions'
  | 'holds read before products'
  | 'restore whatever the hold is'
  | 'commit whatever the hold is'
  | 'adjustment without its condition'
  | 'adjustment not idempotent by id'
  | 'adjustment recorded later'
  // Reserve
  | 'new id for each retry'
  | 'insert although the hold is due'
  | 'insert although the hold is not HELD'
  | 'insert overwrites'
  | 'repeat moves the expiry'
  | 'answer before the insert'
  | 'restore on an unknown outcome'
  | 'restore when the insert was refused'
  // Confirm and cancel
  | 'confirm although due'
  | 'resolve whatever the status is'
  | 'refuse what is due without expiring it'
  | 'loser settles the hold too'
  | 'cancel settles before it resolves'
  // Payment grace
  | 'customer confirms in the grace'
  | 'units go back before the grace ends'
  // Revive
  | 'revive before it has expired'
  | 'revival without a hold'
  | 'revival overwrites the tombstone'
  // Extend
  | 'extend although due'
  | 'extension overwrites the status'
  | 'extension beyond the maximum'
  | 'extension moves only the hold'
  | 'expiry by the time of the hold'
  // Return
  | 'return whatever the status is'
  | 'return without its condition'
  | 'return not idempotent by key'
  | 'return without its mark'
  | 'catalog returns before reservation decides'
  | 'mark cleared whatever was added'
  | 'units of an unsold hold come back'
  | 'units come back without their condition'
  | 'units come back for each call'
  | 'units come back without their ledger row'
  | 'written off without its counter'
  | 'returned counts as ended unsold'
  // Expiry
  | 'expire whatever the status is'
  | 'expire although not due'
  | 'one expired counts as all expired'
  | 'no tombstone'
  | 'tombstone not read back'
  | 'worker releases unasked'
  | 'sweep by reservations'
  // Retention
  | 'hold folded twice'
  | 'folded without its ledger row'
  | 'hold deleted whatever its state is'
  | 'sold hold deleted before it is folded'
  | 'sold hold deleted before its reservation'
  | 'confirmed reservation deleted before its hold is sold'
  | 'reservation deleted before its returns are settled';
