import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, STOP_TIMEOUT_MS } from '@flashreserve/ops';
import { configSchema as gatewaySchema } from '../../../gateway/src/config';
import { configSchema as authSchema } from '../../../services/auth/src/config';
import { configSchema as catalogSchema } from '../../../services/catalog/src/config';
import { configSchema as workerSchema } from '../../../services/expiry-worker/src/config';
import { configSchema as reservationSchema } from '../../../services/reservation/src/config';
import { COMPONENT_FACTS, COMPONENT_NAMES, type ComponentName } from '../start/topology';
import { readAllowedEdges } from './edges';
import { findListingProblems, readKustomization, readSettings } from './listing';
import { type Manifest, readManifests } from './manifests';
import { findSchemaProblems } from './schema';
import { tlsPatch } from './tls-patch';
import { readAutoscaler, readDeployment, readDisruptionBudget, readService } from './workload';

const ROOT = join(__dirname, '../../../deploy/kubernetes');
const BASE = join(ROOT, 'base');
const EXAMPLE = join(ROOT, 'overlays/example');
const METRICS_PORT = 9_464;
const STORE_PORTS = { MONGO_URI: 27_017, REDIS_URL: 6_379 } as const;
const GRPC_COMPONENTS: ReadonlySet<string> = new Set(['auth', 'catalog', 'reservation']);

const SCHEMAS = {
  auth: authSchema,
  catalog: catalogSchema,
  reservation: reservationSchema,
  'expiry-worker': workerSchema,
  gateway: gatewaySchema,
} as const satisfies Record<ComponentName, unknown>;

/** Variables that configure one component to call another, and the component they name. */
const CALLS = {
  AUTH_ADDRESS: ['auth', 'dns:///auth:50051'],
  CATALOG_ADDRESS: ['catalog', 'dns:///catalog:50052'],
  RESERVATION_ADDRESS: ['reservation', 'dns:///reservation:50053'],
  WORKER_URL: ['expiry-worker', 'http://expiry-worker:3100'],
} as const satisfies Record<string, readonly [ComponentName, string]>;

const baseManifests = readManifests(BASE).filter(
  ({ manifest }) => manifest.kind !== 'Kustomization',
);

const given = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('The value is missing.');
  return value;
};

const find = (kind: string, name: string): Manifest =>
  given(
    baseManifests.find(({ manifest }) => manifest.kind === kind && manifest.metadata?.name === name)
      ?.manifest,
  );

const deploymentOf = (component: string) => readDeployment(find('Deployment', component));
const containerOf = (component: string) => deploymentOf(component).template.spec.containers[0];

const variablesOf = (component: ComponentName): ReadonlySet<string> =>
  new Set(Object.keys(SCHEMAS[component].shape));

const settingsOf = (component: ComponentName): ReadonlyMap<string, string> =>
  readSettings(readFileSync(join(BASE, component, 'settings.env'), 'utf8').split('\n'));

const portOf = (component: ComponentName): number => COMPONENT_FACTS[component].defaultPort;

describe('Kubernetes manifests', () => {
  it('every manifest matches the published schemas of Kubernetes and has no unknown members', () => {
    const problems = [
      ...baseManifests,
      ...readManifests(EXAMPLE).filter(({ file }) =>
        readKustomization(EXAMPLE).resources.includes(file),
      ),
    ].flatMap(({ file, manifest }) =>
      findSchemaProblems(manifest).map((problem) => `${file}: ${problem}`),
    );
    expect(problems).toEqual([]);
    expect(baseManifests.length).toBeGreaterThan(25);
  });

  it('wrong types, misspelt members and unknown kinds are reported', () => {
    const copy = structuredClone(find('Deployment', 'auth'));
    const spec = copy['spec'] as {
      replicas?: unknown;
      template: { spec: Record<string, unknown> };
    };
    spec.replicas = 'two';
    spec.template.spec['terminationGracePeriod'] = 30;
    expect(findSchemaProblems(copy)).toEqual([
      expect.stringContaining('replicas must be integer'),
      'unknown member /spec/template/spec/terminationGracePeriod',
    ]);
    expect(findSchemaProblems({ apiVersion: 'apps/v1beta9', kind: 'Deployment' })).toEqual([
      'there is no apps/v1beta9 Deployment',
    ]);
  });

  it('the kustomizations list exactly the existing manifests', () => {
    expect(findListingProblems(ROOT)).toEqual([]);
  });

  it('the manifests contain no secret, only references', () => {
    expect(baseManifests.map(({ manifest }) => manifest.kind)).not.toContain('Secret');
    const secrets = COMPONENT_NAMES.flatMap((component) =>
      [...settingsOf(component).keys()].filter((name) =>
        /SECRET|PASSWORD|URI|REDIS_URL|CLIENTS/.test(name),
      ),
    );
    expect(secrets).toEqual([]);
  });

  it('the example overlay sets a registry for every image', () => {
    const { images } = readKustomization(EXAMPLE);
    expect(images.map(({ name }) => name).sort()).toEqual(
      COMPONENT_NAMES.map((component) => containerOf(component).image).sort(),
    );
  });
});

describe.each(COMPONENT_NAMES)('%s in Kubernetes', (component) => {
  it('the variables are all known, and none that is required is missing', () => {
    const settings = settingsOf(component);
    const references = containerOf(component).env;
    const given = [...settings.keys(), ...references.map(({ name }) => name)];
    expect(given.filter((name) => !variablesOf(component).has(name))).toEqual([]);
    expect(new Set(given).size).toBe(given.length);

    const secretFor = (name: string): string => {
      if (name === 'MONGO_URI') return 'mongodb://mongo:27017/?replicaSet=rs0';
      if (name === 'REDIS_URL') return 'redis://redis:6379';
      if (name === 'SERVICE_CLIENTS') return `gateway:${'s'.repeat(32)}`;
      return name === 'ADMIN_EMAIL' ? 'admin@flashreserve.example' : 's'.repeat(32);
    };
    const env = Object.fromEntries([
      ...settings,
      ...references.map(({ name }) => [name, secretFor(name)]),
    ]);
    expect(() => loadConfig(SCHEMAS[component], env)).not.toThrow();
    expect(containerOf(component).envFrom).toEqual([
      { configMapRef: { name: `${component}-settings` } },
    ]);
    expect(readKustomization(join(BASE, component)).configMapGenerator).toMatchObject([
      { name: `${component}-settings`, envs: ['settings.env'] },
    ]);
  });

  it('secrets come from its own Secret only', () => {
    for (const { name, valueFrom } of containerOf(component).env) {
      expect(valueFrom.secretKeyRef).toEqual({ name: `flashreserve-${component}`, key: name });
    }
  });

  it('the ports match its Service and its probes', () => {
    const isGrpc = GRPC_COMPONENTS.has(component);
    const { ports, startupProbe, readinessProbe, livenessProbe } = containerOf(component);
    const name = isGrpc ? 'grpc' : 'http';
    expect(ports).toEqual([
      { name, containerPort: portOf(component) },
      { name: 'metrics', containerPort: METRICS_PORT },
    ]);
    const settings = settingsOf(component);
    expect(settings.get(COMPONENT_FACTS[component].portVariable)).toBe(String(portOf(component)));
    expect(settings.get('METRICS_PORT')).toBe(String(METRICS_PORT));
    const service = readService(find('Service', component));
    expect(service.ports).toMatchObject([{ port: portOf(component), targetPort: name }]);
    expect(service.clusterIP).toBe(isGrpc ? 'None' : undefined);
    const live = isGrpc
      ? { grpc: { port: portOf(component), service: 'liveness' } }
      : { httpGet: { path: '/healthz', port: 'http' } };
    const ready = isGrpc
      ? { grpc: { port: portOf(component) } }
      : { httpGet: { path: '/readyz', port: 'http' } };
    expect(startupProbe).toMatchObject(live);
    expect(livenessProbe).toMatchObject(live);
    expect(readinessProbe).toMatchObject(ready);
  });

  it('callers use the address of its Service', () => {
    const settings = settingsOf(component);
    for (const [variable, [, address]] of Object.entries(CALLS)) {
      expect(settings.get(variable)).toBe(
        variablesOf(component).has(variable) ? address : undefined,
      );
    }
  });

  it('it has time to drain before it is killed', () => {
    const { terminationGracePeriodSeconds } = deploymentOf(component).template.spec;
    const waitMs = Number(settingsOf(component).get('DRAIN_WAIT_MS') ?? 0);
    expect(settingsOf(component).has('DRAIN_WAIT_MS')).toBe(
      variablesOf(component).has('DRAIN_WAIT_MS'),
    );
    expect(terminationGracePeriodSeconds * 1_000).toBeGreaterThanOrEqual(
      waitMs + STOP_TIMEOUT_MS + 2_000,
    );
  });

  it('the intended selectors match it', () => {
    const deployment = deploymentOf(component);
    const own = { 'app.kubernetes.io/name': component };
    expect(deployment.template.metadata.labels).toEqual({
      ...own,
      'app.kubernetes.io/part-of': 'flashreserve',
    });
    expect(deployment.selector.matchLabels).toEqual(own);
    for (const { labelSelector } of deployment.template.spec.topologySpreadConstraints)
      expect(labelSelector.matchLabels).toEqual(own);
    expect(readService(find('Service', component)).selector).toEqual(own);
    expect(
      readDisruptionBudget(find('PodDisruptionBudget', component)).selector.matchLabels,
    ).toEqual(own);
    const scaler = readAutoscaler(find('HorizontalPodAutoscaler', component));
    expect(scaler.scaleTargetRef.name).toBe(component);
    expect(scaler.minReplicas).toBeGreaterThan(1);
    expect(scaler.maxReplicas).toBeGreaterThan(scaler.minReplicas);
  });
});

describe('mutual TLS between components', () => {
  const folder = join(ROOT, 'components/mutual-tls');
  const settings = readSettings(readFileSync(join(folder, 'settings.env'), 'utf8').split('\n'));
  const patchOf = (component: string) => {
    const found = readManifests(folder).find(({ file }) => file === `${component}.yaml`);
    return tlsPatch.parse(found?.manifest);
  };

  it.each(COMPONENT_NAMES)(
    'the settings of %s are valid, with its own certificate',
    (component) => {
      const { metadata, spec } = patchOf(component);
      const { containers, volumes } = spec.template.spec;
      expect(metadata.name).toBe(component);
      expect(containers[0].name).toBe(containerOf(component).name);
      expect(volumes[0].secret.secretName).toBe(`${component}-tls`);
      const known = variablesOf(component);
      expect([...settings.keys()].filter((name) => !known.has(name))).toEqual([]);
      for (const path of settings.values())
        expect(path.startsWith(`${containers[0].volumeMounts[0].mountPath}/`)).toBe(true);
      expect(readKustomization(folder).configMapGenerator).toContainEqual(
        expect.objectContaining({
          name: `${component}-settings`,
          behavior: 'merge',
          envs: ['settings.env'],
        }),
      );
    },
  );

  it.each([...GRPC_COMPONENTS])(
    'the gRPC probes of %s, which have no certificate, are replaced',
    (component) => {
      const [container] = patchOf(component).spec.template.spec.containers;
      const check = ['bash', 'deploy/healthcheck.sh'];
      expect(container.startupProbe).toMatchObject({ grpc: null, exec: { command: check } });
      expect(container.livenessProbe).toMatchObject({ grpc: null, exec: { command: check } });
      expect(container.readinessProbe).toMatchObject({
        grpc: null,
        exec: { command: [...check, 'ready'] },
      });
    },
  );
});

describe('network policies', () => {
  const edges = readAllowedEdges(
    baseManifests.map(({ manifest }) => manifest).filter(({ kind }) => kind === 'NetworkPolicy'),
    COMPONENT_NAMES,
  );
  /** Connections required by each component's configuration. */
  const calls = COMPONENT_NAMES.flatMap((component) =>
    Object.entries(CALLS)
      .filter(([variable]) => variablesOf(component).has(variable))
      .map(([, [callee]]) => `${component} -> ${callee}:${portOf(callee)}`),
  );

  it('each component may connect only to its configured components, its stores and DNS', () => {
    const stores = COMPONENT_NAMES.flatMap((component) =>
      Object.entries(STORE_PORTS)
        .filter(([variable]) => variablesOf(component).has(variable))
        .map(([, port]) => `${component} -> anywhere:${port}`),
    );
    const dns = COMPONENT_NAMES.map((component) => `${component} -> kube-dns in kube-system:53`);
    expect(edges.outgoing).toEqual([...calls, ...stores, ...dns].sort());
  });

  it('each component accepts connections only from its callers, the ingress controller and for metrics', () => {
    const metrics = COMPONENT_NAMES.map(
      (component) => `namespace monitoring -> ${component}:${METRICS_PORT}`,
    );
    expect(edges.incoming).toEqual(
      [...calls, ...metrics, 'namespace ingress-nginx -> gateway:3000'].sort(),
    );
  });

  it('everything else is denied by default', () => {
    expect(find('NetworkPolicy', 'default-deny')['spec']).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
  });
});
