import { z } from 'zod';
import type { Manifest } from './manifests';

const handler = {
  httpGet: z.strictObject({ path: z.string(), port: z.string() }).optional(),
  grpc: z.strictObject({ port: z.int(), service: z.string().optional() }).optional(),
};

const probe = z.strictObject({
  ...handler,
  periodSeconds: z.int(),
  timeoutSeconds: z.int(),
  failureThreshold: z.int(),
});

const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  ports: z.array(z.strictObject({ name: z.string(), containerPort: z.int() })),
  envFrom: z.array(z.strictObject({ configMapRef: z.strictObject({ name: z.string() }) })),
  /** By reference only: a literal value could be a secret. */
  env: z.array(
    z.strictObject({
      name: z.string(),
      valueFrom: z.strictObject({
        secretKeyRef: z.strictObject({ name: z.string(), key: z.string() }),
      }),
    }),
  ),
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
  /** As required by the "restricted" Pod Security Standard, with a read-only root file system. */
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  resources: z.strictObject({
    requests: z.strictObject({ cpu: z.string(), memory: z.string() }),
    limits: z.strictObject({ memory: z.string(), 'ephemeral-storage': z.string() }),
  }),
});

const labels = z.record(z.string(), z.string());

/** The Deployments of this project; no `replicas`, because the autoscaler sets it. */
const deploymentSpec = z.strictObject({
  revisionHistoryLimit: z.int(),
  minReadySeconds: z.int(),
  strategy: z.strictObject({
    type: z.literal('RollingUpdate'),
    rollingUpdate: z.strictObject({ maxUnavailable: z.literal(0), maxSurge: z.int().min(1) }),
  }),
  selector: z.strictObject({ matchLabels: labels }),
  template: z.strictObject({
    metadata: z.strictObject({ labels, annotations: labels }),
    spec: z.looseObject({
      automountServiceAccountToken: z.literal(false),
      enableServiceLinks: z.literal(false),
      terminationGracePeriodSeconds: z.int(),
      securityContext: z.strictObject({
        runAsNonRoot: z.literal(true),
        runAsUser: z.int().min(1),
        runAsGroup: z.int().min(1),
        fsGroup: z.int().min(1),
        seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
      }),
      topologySpreadConstraints: z.array(
        z.looseObject({ labelSelector: z.strictObject({ matchLabels: labels }) }),
      ),
      containers: z.tuple([container]),
    }),
  }),
});

const serviceSpec = z.strictObject({
  clusterIP: z.literal('None').optional(),
  selector: labels,
  ports: z
    .array(
      z.strictObject({
        name: z.string(),
        port: z.int(),
        targetPort: z.string(),
        appProtocol: z.string(),
      }),
    )
    .length(1),
});

/** @throws ZodError when it deviates from what every Deployment here must have */
export const readDeployment = (manifest: Manifest) => deploymentSpec.parse(manifest['spec']);

/** @throws ZodError when it deviates from the Services of this project */
export const readService = (manifest: Manifest) => serviceSpec.parse(manifest['spec']);

const targetSpec = z.looseObject({
  scaleTargetRef: z.strictObject({
    apiVersion: z.literal('apps/v1'),
    kind: z.literal('Deployment'),
    name: z.string(),
  }),
  minReplicas: z.int(),
  maxReplicas: z.int(),
});

export const readAutoscaler = (manifest: Manifest) => targetSpec.parse(manifest['spec']);

const budgetSpec = z.looseObject({
  maxUnavailable: z.int(),
  selector: z.strictObject({ matchLabels: labels }),
});

export const readDisruptionBudget = (manifest: Manifest) => budgetSpec.parse(manifest['spec']);
