import { randomUUID } from 'node:crypto';
import type { Shipped } from './shipped';

/** `pkg:npm/%40scope/name@1.2.3`, as other tools name a package. */
const toPurl = ({ name, version }: Shipped): string =>
  `pkg:npm/${name.replace('@', '%40')}@${version}`;

const toHashes = (integrity: string | undefined) => {
  const [, content] = /^sha512-(\S+)/.exec(integrity ?? '') ?? [];
  return content === undefined
    ? {}
    : { hashes: [{ alg: 'SHA-512', content: Buffer.from(content, 'base64').toString('hex') }] };
};

const toComponent = (shipped: Shipped) => ({
  type: 'library',
  'bom-ref': toPurl(shipped),
  name: shipped.name,
  version: shipped.version,
  purl: toPurl(shipped),
  ...(shipped.license !== undefined && { licenses: [{ expression: shipped.license }] }),
  ...toHashes(shipped.integrity),
});

/** A list of what is shipped as CycloneDX 1.5, which tools that look for advisories understand. */
export const toSbom = (
  product: { readonly name: string; readonly version: string },
  shipped: readonly Shipped[],
  now: Date,
) => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  serialNumber: `urn:uuid:${randomUUID()}`,
  version: 1,
  metadata: {
    timestamp: now.toISOString(),
    component: { type: 'application', 'bom-ref': product.name, ...product },
  },
  components: shipped.map(toComponent),
});
