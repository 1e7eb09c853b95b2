import type { LivePage } from '@flashreserve/live-page';
import type { AuthApi } from '../grpc/auth.client';
import type { CatalogApi } from '../grpc/catalog.client';
import type { ReservationApi } from '../grpc/reservation.client';
import type { StockStreams } from '../streams/stock-streams';
import type { Readiness } from './readiness';
import type { RecentAnswers } from './recent-answers';
import type { TableEntry } from './route';
import { createAccountRoutes } from './routes/account.routes';
import { createAccountPageRoutes } from './routes/account-pages.routes';
import { type AdminDeps, createAdminRoutes } from './routes/admin.routes';
import { createApiClientRoutes } from './routes/api-clients.routes';
import { createAuthRoutes } from './routes/auth.routes';
import { createDocsRoutes, type DocsDeps } from './routes/docs.routes';
import { createExtendRoutes } from './routes/extend.routes';
import { createOauthRoutes } from './routes/oauth.routes';
import { createOperationRoutes } from './routes/operations.routes';
import { createProductRoutes } from './routes/products.routes';
import { createReservationRoutes } from './routes/reservations.routes';
import { createReserveRoutes } from './routes/reserve.routes';
import { createReturnRoutes } from './routes/return.routes';
import { createReviveRoutes } from './routes/revive.routes';
import { createStockAdjustmentRoutes } from './routes/stock-adjustments.routes';
import { createStockStreamRoutes } from './routes/stock-stream.routes';
import { createUserRoutes } from './routes/users.routes';

export interface TableDeps extends AdminDeps, DocsDeps {
  readonly auth: AuthApi;
  /** Base URL of the gateway without a slash at its end. */
  readonly publicUrl: string | undefined;
  readonly catalog: CatalogApi;
  readonly recentAnswers: RecentAnswers;
  readonly reservation: ReservationApi;
  readonly readiness: Readiness;
  readonly streams: StockStreams;
  readonly livePage: Pick<LivePage, 'routes'>;
}

/** The table from which the server and its documentation are built, without disabled features. */
export const createRouteTable = (deps: TableDeps): readonly TableEntry[] => [
  ...createAuthRoutes(deps),
  ...createAccountRoutes(deps),
  ...createUserRoutes(deps.auth),
  ...createAccountPageRoutes(),
  ...createApiClientRoutes(deps.auth),
  ...createOauthRoutes(deps),
  ...createStockStreamRoutes(deps.streams),
  ...createProductRoutes(deps),
  ...createStockAdjustmentRoutes(deps.catalog),
  ...createReserveRoutes(deps),
  ...createReservationRoutes(deps.reservation),
  ...createExtendRoutes(deps.reservation),
  ...createReviveRoutes(deps.reservation),
  ...createReturnRoutes(deps.reservation),
  ...createAdminRoutes(deps),
  ...deps.livePage.routes,
  ...createOperationRoutes(deps.readiness),
  ...createDocsRoutes(deps),
];
