import type { AuthApi } from '../grpc/auth.client';
import type { CatalogApi } from '../grpc/catalog.client';
import type { ReservationApi } from '../grpc/reservation.client';
import type { Readiness } from './readiness';
import type { TableEntry } from './route';
import { type AdminDeps, createAdminRoutes } from './routes/admin.routes';
import { createAuthRoutes } from './routes/auth.routes';
import { createDocsRoutes, type DocsDeps } from './routes/docs.routes';
import { createOperationRoutes } from './routes/operations.routes';
import { createProductRoutes } from './routes/products.routes';
import { createReservationRoutes } from './routes/reservations.routes';
import { createReserveRoutes } from './routes/reserve.routes';
import { createStockAdjustmentRoutes } from './routes/stock-adjustments.routes';

export interface TableDeps extends AdminDeps, DocsDeps {
  readonly auth: AuthApi;
  readonly catalog: CatalogApi;
  readonly reservation: ReservationApi;
  readonly readiness: Readiness;
}

/** The one table that the server and its documentation are made from. What is turned off is not in it. */
export const createRouteTable = (deps: TableDeps): readonly TableEntry[] => [
  ...createAuthRoutes(deps),
  ...createProductRoutes(deps),
  ...createStockAdjustmentRoutes(deps.catalog),
  ...createReserveRoutes(deps),
  ...createReservationRoutes(deps.reservation),
  ...createAdminRoutes(deps),
  ...createOperationRoutes(deps.readiness),
  ...createDocsRoutes(deps),
];
