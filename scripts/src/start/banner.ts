import type { DevSecrets } from './dev-secrets';
import type { DevSwitches } from './dev-switches';
import type { Instance } from './topology';

const LOCAL_ADDRESSES: ReadonlySet<string> = new Set(['127.0.0.1', '0.0.0.0']);

/** Whether the administrator can log in with the credentials that the banner would print. */
const canLogIn = async (baseUrl: string, email: string, password: string): Promise<boolean> => {
  try {
    const response = await fetch(`${baseUrl}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
      signal: AbortSignal.timeout(15_000),
    });
    return response.status === 200;
  } catch {
    // The stack has just become ready; a missing answer is no reason to stop it.
    return false;
  }
};

const metricsOf = (instances: readonly Instance[]): string => {
  const ports = instances.flatMap(({ label, metricsPort }) =>
    metricsPort === undefined ? [] : [`${label} ${metricsPort}`],
  );
  return `/metrics of ${ports.join(', ')}`;
};

/** Startup banner for newcomers: addresses, logins, and a command to try. */
export const createBanner = async (options: {
  readonly instances: readonly Instance[];
  /** Bind address of the components. */
  readonly host: string;
  readonly adminEmail: string;
  readonly secrets: DevSecrets;
  readonly switches: DevSwitches;
  readonly stores: { readonly mongo: string; readonly redis: string };
  readonly secretsFile: string;
  /** `LIVE_PAGE` as the gateway reads it. */
  readonly livePage: string;
}): Promise<string> => {
  const { instances, adminEmail, secrets, switches } = options;
  const of = (component: string): readonly Instance[] =>
    instances.filter((instance) => instance.component === component);
  const name = LOCAL_ADDRESSES.has(options.host) ? 'localhost' : options.host;
  const ports = (component: string): string =>
    of(component)
      .map(({ port }) => `${name}:${port}`)
      .join(', ');
  const urls = of('gateway').map(({ port }) => `http://${name}:${port}`);
  const url = urls[0] ?? '';
  const knowsLogin = await canLogIn(url, adminEmail, secrets.ADMIN_PASSWORD);
  const login = JSON.stringify({ email: adminEmail, password: secrets.ADMIN_PASSWORD });
  const admin = knowsLogin
    ? `${adminEmail}  password: ${secrets.ADMIN_PASSWORD}`
    : `created by an earlier start; the current ADMIN_EMAIL and ADMIN_PASSWORD are not an administrator's login`;
  const tryIt = knowsLogin
    ? `curl -s ${url}/auth/login -H 'content-type: application/json' -d '${login}'`
    : `curl -s ${url}/products`;
  const pageAt = (path: string, asked: string): string =>
    asked === 'true' ? `${url}${path}` : 'turned off';
  return `
FlashReserve is ready.

  REST            ${urls.join(', ')}
  Swagger UI      ${pageAt('/api-docs', switches.API_DOCS)}
  Queue dashboard ${pageAt('/admin/queues', switches.QUEUE_DASHBOARD)}
  Live sale       ${pageAt('/live', options.livePage)}
  Metrics         ${metricsOf(instances)}
  gRPC            auth ${ports('auth')}   catalog ${ports('catalog')}   reservation ${ports('reservation')}
  MongoDB         ${options.stores.mongo}
  Redis           ${options.stores.redis}

  Administrator   ${admin}
  Service client  dev-service  secret: see DEV_SERVICE_CLIENT_SECRET in ${options.secretsFile}

Try it:
  ${tryIt}
  npm run demo    (in another terminal: a sale by simulated buyers)

Ctrl-C stops everything; the data stays.
`;
};
