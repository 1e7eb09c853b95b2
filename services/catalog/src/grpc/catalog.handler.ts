import type { ComponentId } from '@flashreserve/contracts';
import type {
  CatalogServiceServer,
  DecrementStockRequest,
  DecrementStockResponse,
} from '@flashreserve/contracts/catalog';
import {
  type AccessPolicy,
  clientSubject,
  type Handlers,
  type Principal,
  serviceSubject,
} from '@flashreserve/identity';
import { parseMessage, serveEntries } from '@flashreserve/rpc';
import type { AdjustStock } from '../application/adjust-stock';
import type { AuditStock } from '../application/audit-stock';
import type { CreateProduct } from '../application/create-product';
import type { DecrementStock } from '../application/decrement-stock';
import type { PostponeHold } from '../application/postpone-hold';
import type { Queries } from '../application/queries';
import type { ReturnStock } from '../application/return-stock';
import type { SettleHolds } from '../application/settle-holds';
import type { UpdateProduct } from '../application/update-product';
import type { Watcher } from '../application/watch-places';
import type { StockWatch } from '../application/watch-stock';
import {
  toWireAdjustment,
  toWireAudit,
  toWireHold,
  toWireProduct,
  toWireSettlement,
  toWireStockReading,
} from './catalog.mapper';
import * as schemas from './catalog.schemas';
import { auditFilter, auditTokens, overdueTokens, productListTokens } from './page-tokens';

/**
 * Who may call each RPC. No RPC is open without a token. Taking and settling holds is limited to
 * our own components: a hold without a reservation would be stock that cannot be confirmed.
 */
export const ACCESS_POLICY: AccessPolicy<CatalogServiceServer, ComponentId> = {
  createProduct: { users: 'admin', clients: 'products:write' },
  getProduct: { users: 'any', services: 'any' },
  listProducts: { users: 'any', services: 'any' },
  updateProduct: { users: 'admin', clients: 'products:write' },
  adjustStock: { users: 'admin', clients: 'products:write' },
  decrementStock: { services: ['reservation'] },
  batchDecrementStock: { services: ['reservation'] },
  restoreStock: { services: ['reservation', 'expiry-worker'] },
  commitStock: { services: ['reservation', 'expiry-worker'] },
  returnStock: { services: ['reservation'] },
  listOverdueHolds: { services: ['expiry-worker'] },
  postponeHold: { services: ['reservation'] },
  auditStock: { users: 'admin', services: 'any' },
  watchStock: { users: 'any', services: 'any' },
};

export interface CatalogUseCases extends Queries {
  readonly createProduct: CreateProduct;
  readonly updateProduct: UpdateProduct;
  readonly adjustStock: AdjustStock;
  readonly decrementStock: DecrementStock;
  readonly restoreStock: SettleHolds;
  readonly commitStock: SettleHolds;
  readonly returnStock: ReturnStock;
  readonly postponeHold: PostponeHold;
  readonly auditStock: AuditStock;
  readonly watchStock: StockWatch['watch'];
}

const subjectOf = (principal: Principal): string => {
  switch (principal.kind) {
    case 'anonymous':
      return 'anonymous';
    case 'user':
      return principal.userId;
    case 'client':
      return clientSubject(principal.clientId);
    case 'service':
      return serviceSubject(principal.clientId);
  }
};

const expiresAtOf = (principal: Principal): Date | undefined =>
  principal.kind === 'anonymous' ? undefined : principal.expiresAt;

/** The access policy refuses anonymous callers. */
const watcherOf = (principal: Principal): Watcher => {
  if (principal.kind === 'user') return { kind: 'user', userId: principal.userId };
  return { kind: 'service' };
};

/** Maps requests to use cases and results to responses; contains no rules. */
export const createCatalogHandler = (useCases: CatalogUseCases): Handlers<CatalogServiceServer> => {
  const decrementStock = async (
    request: DecrementStockRequest,
    deadline: Date,
  ): Promise<DecrementStockResponse> => {
    const command = parseMessage(schemas.decrementStockRequest, request);
    const { hold, replayed } = await useCases.decrementStock(command, deadline);
    return { hold: toWireHold(hold), replayed };
  };

  return {
    createProduct: async (request) => {
      const command = parseMessage(schemas.createProductRequest, request);
      return { product: toWireProduct(await useCases.createProduct(command)) };
    },

    getProduct: async (request) => {
      const { productId } = parseMessage(schemas.getProductRequest, request);
      return { product: toWireProduct(await useCases.getProduct(productId)) };
    },

    listProducts: async (request, { deadline }) => {
      const { pageToken, pageSize, ...filter } = parseMessage(schemas.listProductsRequest, request);
      const after = productListTokens.read(pageToken, filter);
      const { items, next } = await useCases.listProducts({ ...filter, after, pageSize }, deadline);
      return {
        products: items.map(toWireProduct),
        nextPageToken: productListTokens.write(next, filter),
      };
    },

    updateProduct: async (request, { deadline }) => {
      const { productId, ...change } = parseMessage(schemas.updateProductRequest, request);
      const product = await useCases.updateProduct(productId, change, deadline);
      return { product: toWireProduct(product) };
    },

    adjustStock: async (request, { principal, deadline }) => {
      const command = parseMessage(schemas.adjustStockRequest, request);
      const createdBy = subjectOf(principal);
      const { adjustment, product } = await useCases.adjustStock(
        { ...command, createdBy },
        deadline,
      );
      return { adjustment: toWireAdjustment(adjustment), product: toWireProduct(product) };
    },

    decrementStock: (request, { deadline }) => decrementStock(request, deadline),

    batchDecrementStock: async (request, context) => {
      const { requests } = parseMessage(schemas.batchDecrementStockRequest, request);
      const results = await serveEntries(requests, context, (entry) =>
        decrementStock(entry, context.deadline),
      );
      return { results };
    },

    restoreStock: async (request, { deadline }) => {
      const { reservationIds } = parseMessage(schemas.settleHoldsRequest, request);
      const settlements = await useCases.restoreStock(reservationIds, deadline);
      return { settlements: settlements.map(toWireSettlement) };
    },

    commitStock: async (request, { deadline }) => {
      const { reservationIds } = parseMessage(schemas.settleHoldsRequest, request);
      const settlements = await useCases.commitStock(reservationIds, deadline);
      return { settlements: settlements.map(toWireSettlement) };
    },

    returnStock: (request, { deadline }) =>
      useCases.returnStock(parseMessage(schemas.returnStockRequest, request), deadline),

    listOverdueHolds: async (request) => {
      const { pageToken, ...query } = parseMessage(schemas.listOverdueHoldsRequest, request);
      const after = overdueTokens.read(pageToken);
      const { items, next } = await useCases.listOverdueHolds({ ...query, after });
      return { holds: items.map(toWireHold), nextPageToken: overdueTokens.write(next) };
    },

    postponeHold: async (request) => {
      await useCases.postponeHold(parseMessage(schemas.postponeHoldRequest, request));
      return {};
    },

    auditStock: async (request) => {
      const { pageToken, ...query } = parseMessage(schemas.auditStockRequest, request);
      const filter = auditFilter(query.productIds);
      const after = auditTokens.read(pageToken, filter);
      const { items, next } = await useCases.auditStock({ ...query, after });
      return { audits: items.map(toWireAudit), nextPageToken: auditTokens.write(next, filter) };
    },

    watchStock: async function* (request, { principal, signal }) {
      const { productIds } = parseMessage(schemas.watchStockRequest, request);
      const expiresAt = expiresAtOf(principal);
      const watcher = watcherOf(principal);
      for await (const reading of useCases.watchStock({ productIds, watcher, expiresAt, signal })) {
        yield toWireStockReading(reading);
      }
    },
  };
};
