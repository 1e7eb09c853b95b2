import type { LivePage } from '@flashreserve/live-page';
import type { AuthApi } from '../grpc/auth.client';
import type { CatalogApi } from '../grpc/catalog.client';
import type { ReservationApi } from '../grpc/reservation.client';
import type { StockStreams } from '../streams/stock-streams';
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
import { createStockStreamRoutes } from './routes/stock-stream.routes';

export interface TableDeps extends AdminDeps, DocsDeps {
  readonly auth: AuthApi;
  readonly catalog: CatalogApi;
  readonly reservation: ReservationApi;
  readonly readiness: Readiness;
  readonly streams: StockStreams;
  readonly livePage: Pick<LivePage, 'routes'>;
}

/** The table from which the server and its documentation are built, without disabled features. */
export const createRouteTable = (deps: TableDeps): readonly TableEntry[] => [
  ...createAuthRoutes(deps),
  ...createStockStreamRoutes(deps.streams),
  ...createProductRoutes(deps),
  ...createStockAdjustmentRoutes(deps.catalog),
  ...createReserveRoutes(deps),
  ...createReservationRoutes(deps.reservation),
  ...createAdminRoutes(deps),
  ...deps.livePage.routes,
  ...createOperationRoutes(deps.readiness),
  ...createDocsRoutes(deps),
];
