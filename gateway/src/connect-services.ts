import { joinAuth } from '@flashreserve/identity';
import type { ComponentBase, Failpoints } from '@flashreserve/ops';
import { createHealthProbe, type MutualTls } from '@flashreserve/rpc';
import type { GatewayConfig } from './config';
import { createAuthApi } from './grpc/auth.client';
import { createCatalogApi } from './grpc/catalog.client';
import { createReservationApi } from './grpc/reservation.client';
import { createSoldOutMemory } from './grpc/sold-out-memory';
import type { GatewayMetrics } from './metrics/gateway-metrics';

export const connectServices = (
  base: ComponentBase<GatewayConfig>,
  deps: {
    readonly measure: GatewayMetrics;
    readonly failpoints: Failpoints;
    readonly tls: MutualTls | undefined;
  },
) => {
  const { config, log, clock, lifecycle } = base;
  const { measure, failpoints, tls } = deps;
  const connection = joinAuth(base, { clientSecret: config.GATEWAY_CLIENT_SECRET, tls });
  const catalog = createCatalogApi(config.CATALOG_ADDRESS, tls);
  lifecycle.onStop('catalog client', catalog.close);
  const auth = createAuthApi(connection);
  const reservation = createReservationApi({
    target: config.RESERVATION_ADDRESS,
    serviceToken: auth.serviceToken,
    soldOut: createSoldOutMemory({
      reuseMs: config.SOLD_OUT_REUSE_MS,
      clock,
      onReused: measure.onSoldOutReused,
    }),
    log,
    batchMetrics: measure.batches,
    tls,
  });
  lifecycle.onStop('reservation client', reservation.close);
  lifecycle.onStop('reservation calls', reservation.drain);
  const { reserve, confirm, cancel } = reservation;
  return {
    verifier: connection.verifier,
    auth,
    catalog,
    reservation: {
      ...reservation,
      ...failpoints.around('gateway.reservation', { reserve, confirm, cancel }),
    },
  };
};

export const connectProbes = (
  { config, lifecycle }: ComponentBase<GatewayConfig>,
  tls: MutualTls | undefined,
) => {
  const probes = {
    auth: createHealthProbe(config.AUTH_ADDRESS, { tls, serverName: 'auth' }),
    catalog: createHealthProbe(config.CATALOG_ADDRESS, { tls, serverName: 'catalog' }),
    reservation: createHealthProbe(config.RESERVATION_ADDRESS, { tls, serverName: 'reservation' }),
  };
  lifecycle.onStop('health probes', () => {
    for (const probe of Object.values(probes)) probe.close();
  });
  return probes;
};
