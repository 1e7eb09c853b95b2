import { joinAuth } from '@flashreserve/identity';
import type { ComponentBase, Failpoints } from '@flashreserve/ops';
import type { MutualTls } from '@flashreserve/rpc';
import type { WorkerConfig } from './config';
import { createCatalogClient } from './grpc/catalog.client';
import { createReservationClient } from './grpc/reservation.client';

export const connectServices = (
  base: ComponentBase<WorkerConfig>,
  { failpoints, tls }: { readonly failpoints: Failpoints; readonly tls: MutualTls | undefined },
) => {
  const { config, lifecycle } = base;
  const auth = joinAuth(base, { clientSecret: config.EXPIRY_WORKER_CLIENT_SECRET, tls });
  const { serviceToken } = auth;
  const catalog = createCatalogClient({ target: config.CATALOG_ADDRESS, serviceToken, tls });
  lifecycle.onStop('catalog', catalog.close);
  const reservations = createReservationClient({
    target: config.RESERVATION_ADDRESS,
    serviceToken,
    tls,
  });
  lifecycle.onStop('reservation', reservations.close);
  return {
    verifier: auth.verifier,
    catalog: failpoints.around('worker.catalog', catalog),
    reservations: failpoints.around('worker.reservation', reservations),
  };
};
