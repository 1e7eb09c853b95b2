import { toMetadataRecord } from '@flashreserve/contracts';
import {
  type WatchStockResponse,
  type Hold as WireHold,
  type HoldSettlement as WireHoldSettlement,
  HoldState as WireHoldState,
  type Product as WireProduct,
  type StockAdjustment as WireStockAdjustment,
  type StockAudit as WireStockAudit,
} from '@flashreserve/contracts/catalog';
import type { HoldSettlement } from '../application/settle-holds';
import type { StockReading } from '../application/stock-subscription';
import type { Hold, HoldState } from '../domain/hold';
import type { Product } from '../domain/product';
import type { StockAdjustment } from '../domain/stock-adjustment';
import type { StockAudit } from '../domain/stock-audit';

/** Maps domain objects to messages. */

const HOLD_STATES = {
  HELD: WireHoldState.HOLD_STATE_HELD,
  SOLD: WireHoldState.HOLD_STATE_SOLD,
  RELEASED: WireHoldState.HOLD_STATE_RELEASED,
} as const satisfies Record<HoldState, WireHoldState>;

export const toWireProduct = (product: Product): WireProduct => ({
  productId: product.productId,
  name: product.name,
  description: product.description,
  price: product.price,
  availableUnits: product.available,
  heldUnits: product.held,
  soldUnits: product.sold,
  createTime: product.createdAt,
  updateTime: product.updatedAt,
  sku: product.sku,
  metadata: product.metadata?.length ? { entries: toMetadataRecord(product.metadata) } : undefined,
  revision: product.revision,
  writtenOffUnits: product.writtenOff,
});

const toDuration = (ms: number) => ({
  seconds: Math.floor(ms / 1_000),
  nanos: (ms % 1_000) * 1_000_000,
});

export const toWireHold = (hold: Hold): WireHold => ({
  reservationId: hold.reservationId,
  customerId: hold.customerId,
  lines: [...hold.lines],
  state: HOLD_STATES[hold.state],
  expireTime: hold.expiresAt,
  createTime: hold.createdAt,
  holdTime: hold.holdMs === undefined ? undefined : toDuration(hold.holdMs),
});

export const toWireSettlement = (settlement: HoldSettlement): WireHoldSettlement => ({
  reservationId: settlement.reservationId,
  state:
    settlement.state === undefined
      ? WireHoldState.HOLD_STATE_UNSPECIFIED
      : HOLD_STATES[settlement.state],
  changed: settlement.changed,
});

export const toWireAdjustment = (adjustment: StockAdjustment): WireStockAdjustment => ({
  adjustmentId: adjustment.adjustmentId,
  productId: adjustment.productId,
  delta: adjustment.delta,
  reason: adjustment.reason,
  createTime: adjustment.createdAt,
});

export const toWireAudit = (audit: StockAudit): WireStockAudit => ({
  productId: audit.productId,
  stockedUnits: audit.stocked,
  availableUnits: audit.counters.available,
  heldUnits: audit.counters.held,
  soldUnits: audit.counters.sold,
  heldUnitsInHolds: audit.heldInHolds,
  soldUnitsInHolds: audit.soldInHolds,
  consistent: audit.consistent,
  writtenOffUnits: audit.counters.writtenOff,
  writtenOffUnitsInHolds: audit.writtenOffInHolds,
});

export const toWireStockReading = (reading: StockReading): WatchStockResponse => ({
  productId: reading.productId,
  availableUnits: reading.available,
  heldUnits: reading.held,
  soldUnits: reading.sold,
  observeTime: reading.observedAt,
});
