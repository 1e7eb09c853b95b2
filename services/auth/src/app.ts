import {
  type App,
  type ComponentDependencies,
  createServingState,
  runComponent,
} from '@flashreserve/ops';
import { readMutualTls } from '@flashreserve/rpc';
import { openStore, serveFromStore } from '@flashreserve/store';
import type { AuthConfig } from './config';
import { createService } from './create-service';
import { createUseCases } from './create-use-cases';
import { createOwnVerifier } from './create-verifier';
import { createMailer } from './mail/create-mailer';
import { createAuthMetrics } from './metrics/auth-metrics';
import { createModels, prepareModels } from './mongo/models';
import { createUserRepository } from './mongo/user.repository';
import { createHasher, prepareFirstAdmin, prepareKeys } from './prepare-credentials';
import { trustIssuers } from './trust-issuers';

export { type AuthConfig, configSchema } from './config';

/**
 * Starts auth: connects to the store and migrates it; creates the first signing key and the first
 * administrator if they are missing; then serves.
 *
 * @throws ConfigError when KEY_ENCRYPTION_SECRET does not decrypt the stored keys; any error from
 *   connecting to the store, migrating it or binding the port
 */
export const createApp = (config: AuthConfig, dependencies: ComponentDependencies): Promise<App> =>
  runComponent({
    name: 'auth',
    config,
    dependencies,
    ready: 'Auth is serving.',
    parts: async (base) => {
      const { log, clock, metrics } = base;
      const measure = createAuthMetrics(metrics);
      const tls = readMutualTls(config);
      const connection = await openStore(base, measure.mongo);
      const models = createModels(connection);
      await prepareModels(models, log);
      const keyRing = await prepareKeys(base, models);
      const users = createUserRepository(models);
      const hasher = await createHasher();
      await prepareFirstAdmin(base, { users, hasher });
      const mailer = createMailer(base, measure.onMail);
      const issuers = trustIssuers(base, measure);
      const useCases = createUseCases({
        config,
        log,
        clock,
        models,
        users,
        hasher,
        keyRing,
        mailer,
        issuers,
      });
      const serving = createServingState(base.name);
      const { checkReadiness } = serving;
      return { measure, tls, connection, keyRing, useCases, serving, checkReadiness };
    },
    service: (base, { measure, tls, connection, keyRing, useCases, serving }) =>
      serveFromStore(base, {
        port: config.AUTH_GRPC_PORT,
        serviceName: 'flashreserve.auth.v1.AuthService',
        service: createService(base, {
          useCases,
          verifier: createOwnVerifier(base, { ...useCases, keyRing }),
          measure,
        }),
        serving,
        tls,
        connection,
        metrics: measure.mongo,
      }),
  });
