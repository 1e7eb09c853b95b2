import { randomUUID } from 'node:crypto';
import type { Shipped } from './shipped';

/** The package URL: `pkg:npm/%40scope/name@1.2.3`. */
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

/** The shipped packages as a CycloneDX 1.5 SBOM, which vulnerability scanners can read. */
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
