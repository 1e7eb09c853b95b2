import type { ComponentBase } from '@flashreserve/ops';
import { createIssuerKeeper, type IssuerKeeper } from './application/issuer-keeper';
import type { AuthConfig } from './config';
import { createIssuerKeyReader } from './http/issuer-key.reader';
import type { AuthMetrics } from './metrics/auth-metrics';

/** Starts fetching the keys of the issuers that the configuration names. */
export const trustIssuers = (
  { config, clock, log, lifecycle }: ComponentBase<AuthConfig>,
  measure: AuthMetrics,
): IssuerKeeper => {
  const keeper = createIssuerKeeper({
    issuers: config.TRUSTED_ISSUERS,
    reader: createIssuerKeyReader(),
    clock,
    log,
    refreshSeconds: config.ISSUER_KEYS_REFRESH_SECONDS,
    staleSeconds: config.ISSUER_KEYS_STALE_SECONDS,
    onRefresh: measure.onIssuerRefresh,
  });
  lifecycle.onStop('issuer keys', keeper.stop);
  return keeper;
};
