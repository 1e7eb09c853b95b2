import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Service } from 'kubernetes-models/v1/Service';
import type { Manifest } from './manifests';
import { watchReads } from './watch-reads';

/** The published schemas by `apiVersion` and `kind`. */
const MODELS = new Map(
  [
    Deployment,
    HorizontalPodAutoscaler,
    Ingress,
    Namespace,
    NetworkPolicy,
    PodDisruptionBudget,
    Service,
  ].map((model) => [`${model.apiVersion} ${model.kind}`, model]),
);

interface Validated {
  readonly validate: () => void;
}

const create = (manifest: Manifest): Validated | undefined => {
  const Model = MODELS.get(`${manifest.apiVersion} ${manifest.kind}`);
  // The schema validates the manifest's type.
  return Model === undefined ? undefined : new Model(manifest as never);
};

/**
 * Validates an object against Kubernetes' published schemas. They allow unknown members, like the
 * API server in the past; here a member that no schema defines is an error, because it is probably
 * misspelt.
 */
export const findSchemaProblems = (manifest: Manifest): readonly string[] => {
  const model = create(manifest);
  if (model === undefined) return [`there is no ${manifest.apiVersion} ${manifest.kind}`];
  const { watched, unread } = watchReads(model);
  const problems: string[] = [];
  try {
    watched.validate();
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  return [...problems, ...unread().map((path) => `unknown member ${path}`)];
};
