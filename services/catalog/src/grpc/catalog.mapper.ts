import {
  type Hold as HoldMessage,
  type HoldSettlement as HoldSettlementMessage,
  HoldState as HoldStateMessage,
  type Product as ProductMessage,
  type StockAdjustment as StockAdjustmentMessage,
  type StockAudit as StockAuditMessage,
  type WatchStockResponse,
} from '@flashreserve/contracts/catalog';
import type { HoldSettlement } from '../application/settle-holds';
import type { StockReading } from '../application/stock-subscription';
import type { Hold, HoldState } from '../domain/hold';
import type { Product } from '../domain/product';
import type { StockAdjustment } from '../domain/stock-adjustment';
import type { StockAudit } from '../domain/stock-audit';

/** Maps domain objects to messages. */

const HOLD_STATES = {
  HELD: HoldStateMessage.HOLD_STATE_HELD,
  SOLD: HoldStateMessage.HOLD_STATE_SOLD,
  RELEASED: HoldStateMessage.HOLD_STATE_RELEASED,
} as const satisfies Record<HoldState, HoldStateMessage>;

export const toWireProduct = (product: Product): ProductMessage => ({
  productId: product.productId,
  name: product.name,
  description: product.description,
  price: product.price,
  availableUnits: product.available,
  heldUnits: product.held,
  soldUnits: product.sold,
  createTime: product.createTime,
  updateTime: product.updateTime,
});

const toDuration = (ms: number) => ({
  seconds: Math.floor(ms / 1_000),
  nanos: (ms % 1_000) * 1_000_000,
});

export const toWireHold = (hold: Hold): HoldMessage => ({
  reservationId: hold.reservationId,
  customerId: hold.customerId,
  lines: [...hold.lines],
  state: HOLD_STATES[hold.state],
  expireTime: hold.expireTime,
  createTime: hold.createTime,
  holdTime: hold.holdMs === undefined ? undefined : toDuration(hold.holdMs),
});

export const toWireSettlement = (settlement: HoldSettlement): HoldSettlementMessage => ({
  reservationId: settlement.reservationId,
  state:
    settlement.state === undefined
      ? HoldStateMessage.HOLD_STATE_UNSPECIFIED
      : HOLD_STATES[settlement.state],
  changed: settlement.changed,
});

export const toWireAdjustment = (adjustment: StockAdjustment): StockAdjustmentMessage => ({
  adjustmentId: adjustment.adjustmentId,
  productId: adjustment.productId,
  delta: adjustment.delta,
  reason: adjustment.reason,
  createTime: adjustment.createTime,
});

export const toWireAudit = (audit: StockAudit): StockAuditMessage => ({
  productId: audit.productId,
  stockedUnits: audit.stocked,
  availableUnits: audit.counters.available,
  heldUnits: audit.counters.held,
  soldUnits: audit.counters.sold,
  heldUnitsInHolds: audit.heldInHolds,
  soldUnitsInHolds: audit.soldInHolds,
  consistent: audit.consistent,
});

export const toWireStockReading = (reading: StockReading): WatchStockResponse => ({
  productId: reading.productId,
  availableUnits: reading.available,
  heldUnits: reading.held,
  soldUnits: reading.sold,
  observeTime: reading.observeTime,
});
