import { z } from 'zod';
import type { Manifest } from './manifests';

const NAME_LABEL = 'app.kubernetes.io/name';

const selector = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(
      z.strictObject({
        key: z.literal(NAME_LABEL),
        operator: z.literal('In'),
        values: z.array(z.string()).min(1),
      }),
    )
    .optional(),
});

const peer = z.strictObject({
  podSelector: selector.optional(),
  namespaceSelector: selector.optional(),
  ipBlock: z.strictObject({ cidr: z.cidrv4() }).optional(),
});

const ports = z.array(z.strictObject({ protocol: z.enum(['TCP', 'UDP']), port: z.int() })).min(1);

const policySpec = z.strictObject({
  podSelector: selector,
  policyTypes: z.array(z.enum(['Ingress', 'Egress'])).min(1),
  ingress: z.array(z.strictObject({ from: z.array(peer).min(1), ports })).default([]),
  egress: z.array(z.strictObject({ to: z.array(peer).min(1).optional(), ports })).default([]),
});

type Selector = z.output<typeof selector>;
type Peer = z.output<typeof peer>;

/**
 * Components that a selector matches; undefined if it matches every pod, including foreign ones.
 */
const componentsOf = (given: Selector, components: readonly string[]): readonly string[] => {
  const { matchLabels = {}, matchExpressions = [] } = given;
  const name = matchLabels[NAME_LABEL];
  const values = matchExpressions.flatMap((expression) => expression.values);
  if (name !== undefined) return [name];
  return values.length > 0 ? values : components;
};

const describePeer = (
  { podSelector, namespaceSelector, ipBlock }: Peer,
  components: readonly string[],
): readonly string[] => {
  if (ipBlock !== undefined) return [ipBlock.cidr];
  const namespace = namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];
  if (namespace !== undefined) {
    const app = podSelector?.matchLabels?.['k8s-app'];
    return [app === undefined ? `namespace ${namespace}` : `${app} in ${namespace}`];
  }
  return podSelector === undefined ? ['anything'] : componentsOf(podSelector, components);
};

export interface AllowedEdges {
  /** `from -> to:port` allowed by the callers' egress policies; `anywhere` is any address. */
  readonly outgoing: readonly string[];
  /** The same, allowed by the called components' ingress policies. */
  readonly incoming: readonly string[];
}

/**
 * All connections that the NetworkPolicies allow.
 *
 * @throws ZodError when a policy has members unknown to this parser
 */
export const readAllowedEdges = (
  policies: readonly Manifest[],
  components: readonly string[],
): AllowedEdges => {
  const outgoing = new Set<string>();
  const incoming = new Set<string>();
  for (const policy of policies) {
    const spec = policySpec.parse(policy['spec']);
    const own = componentsOf(spec.podSelector, components);
    for (const component of own) {
      for (const rule of spec.egress) {
        const peers = rule.to?.flatMap((to) => describePeer(to, components)) ?? ['anywhere'];
        for (const to of peers)
          for (const { port } of rule.ports) outgoing.add(`${component} -> ${to}:${port}`);
      }
      for (const rule of spec.ingress) {
        for (const from of rule.from.flatMap((each) => describePeer(each, components)))
          for (const { port } of rule.ports) incoming.add(`${from} -> ${component}:${port}`);
      }
    }
  }
  return { outgoing: [...outgoing].sort(), incoming: [...incoming].sort() };
};
