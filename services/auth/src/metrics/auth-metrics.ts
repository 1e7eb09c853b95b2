import { Counter, Gauge, type Metrics } from '@flashreserve/ops';
import { createRpcMetrics, type RpcMetrics } from '@flashreserve/rpc';
import { createMongoMetrics, type MongoMetrics } from '@flashreserve/store';
import type { MailKind } from '../application/account-ports';

/** Metrics of auth. */
export interface AuthMetrics {
  readonly mongo: MongoMetrics;
  readonly rpc: RpcMetrics;
  readonly onMail: (kind: MailKind, outcome: 'sent' | 'failed') => void;
  /** Called after each fetch of an issuer's keys; without a time it failed. */
  readonly onIssuerRefresh: (alias: string, refreshedAt: Date | undefined) => void;
}

const createMailMetrics = (metrics: Metrics): AuthMetrics['onMail'] => {
  const mails = new Counter({
    name: 'flashreserve_mails_total',
    help: 'Mails by kind and outcome: sent, or failed, which is dropped after the last attempt.',
    labelNames: ['kind', 'outcome'] as const,
    registers: [metrics],
  });
  return (kind, outcome) => {
    mails.inc({ kind, outcome });
  };
};

export const createAuthMetrics = (metrics: Metrics): AuthMetrics => {
  const refreshes = new Counter({
    name: 'flashreserve_issuer_key_refreshes_total',
    help: 'Fetches of the keys of an outside issuer, by alias and outcome (ok, failed).',
    labelNames: ['issuer', 'outcome'],
    registers: [metrics],
  });
  const refreshTime = new Gauge({
    name: 'flashreserve_issuer_keys_refresh_timestamp_seconds',
    help: 'When the keys of an outside issuer were last fetched, as Unix time, by alias.',
    labelNames: ['issuer'],
    registers: [metrics],
  });
  return {
    mongo: createMongoMetrics(metrics),
    rpc: createRpcMetrics(metrics),
    onMail: createMailMetrics(metrics),
    onIssuerRefresh: (issuer, refreshedAt) => {
      refreshes.inc({ issuer, outcome: refreshedAt === undefined ? 'failed' : 'ok' });
      if (refreshedAt !== undefined) refreshTime.set({ issuer }, refreshedAt.getTime() / 1_000);
    },
  };
};
