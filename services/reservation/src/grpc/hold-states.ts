import { HoldState as WireHoldState } from '@flashreserve/contracts/catalog';
import type { HoldState } from '../application/ports';

/** A state that this version does not know counts as no hold. */
export const STATE_BY_WIRE = {
  [WireHoldState.HOLD_STATE_HELD]: 'HELD',
  [WireHoldState.HOLD_STATE_SOLD]: 'SOLD',
  [WireHoldState.HOLD_STATE_RELEASED]: 'RELEASED',
  [WireHoldState.HOLD_STATE_UNSPECIFIED]: undefined,
  [WireHoldState.UNRECOGNIZED]: undefined,
} as const satisfies Record<WireHoldState, HoldState | undefined>;
