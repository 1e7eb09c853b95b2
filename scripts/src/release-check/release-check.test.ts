import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { COMPONENT_FACTS } from '../start/topology';
import { TaskError } from '../task';
import { findAdvisories } from './advisories';
import { toSbom } from './sbom';
import { listShipped, lockFile } from './shipped';

describe('advisories', () => {
  it('high and critical advisories are named, others counted', () => {
    const vulnerabilities = {
      one: { severity: 'critical', via: [] },
      two: { severity: 'high' },
      three: { severity: 'moderate' },
    };
    expect(findAdvisories(JSON.stringify({ vulnerabilities, metadata: {} }))).toEqual({
      serious: ['one', 'two'],
      others: 1,
    });
    expect(findAdvisories('{"vulnerabilities":{}}')).toEqual({ serious: [], others: 0 });
  });

  it.each([
    '',
    'not JSON',
    '{}',
    '{"message":"405 Method Not Allowed","error":{"summary":"","detail":""}}',
    '{"error":{"summary":"request to the registry failed"}}',
    '{"vulnerabilities":{"one":{"severity":"unheard of"}}}',
  ])('a failed request fails the check: %s', (output) => {
    expect(() => findAdvisories(output)).toThrow(TaskError);
    expect(() => findAdvisories(output)).toThrow('returned no advisories report');
  });
});

describe('list of shipped packages', () => {
  const library = (version: string, more: object = {}) => ({ version, license: 'MIT', ...more });
  const lock = lockFile.parse({
    packages: {
      '': { devDependencies: { jest: '1' } },
      gateway: {
        name: '@shop/gateway',
        version: '0.1.0',
        dependencies: { '@shop/core': '*', b: '2' },
      },
      'test/bench': { name: '@shop/bench', version: '0.1.0', dependencies: { load: '1' } },
      core: { name: '@shop/core', version: '0.1.0', dependencies: { a: '1' } },
      'node_modules/@shop/core': { resolved: 'core', link: true },
      'node_modules/a': library('1.0.0', {
        dependencies: { b: '1' },
        peerDependencies: { p: '1' },
      }),
      'node_modules/a/node_modules/b': library('1.0.0', { dependencies: { a: '1', c: '1' } }),
      'node_modules/b': library('2.0.0', { optionalDependencies: { fast: '1', missing: '1' } }),
      'node_modules/c': library('1.0.0', { name: 'real-c', integrity: 'sha512-AAEC' }),
      'node_modules/p': library('1.0.0'),
      'node_modules/fast': library('1.0.0', { optional: true }),
      'node_modules/load': library('1.0.0'),
      'node_modules/jest': library('1.0.0', { dev: true }),
    },
  });
  const shipped = listShipped(lock.packages, ['gateway']);

  it('it contains the components and all their dependencies, and nothing else', () => {
    expect(shipped.map(({ name, version }) => `${name}@${version}`)).toEqual([
      '@shop/core@0.1.0',
      '@shop/gateway@0.1.0',
      'a@1.0.0',
      'b@1.0.0',
      'b@2.0.0',
      'fast@1.0.0',
      'p@1.0.0',
      'real-c@1.0.0',
    ]);
  });

  it('the SBOM is CycloneDX, with licence and hash of each package', () => {
    const sbom = toSbom({ name: 'shop', version: '0.1.0' }, shipped, new Date(0));

    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      metadata: { timestamp: '1970-01-01T00:00:00.000Z', component: { name: 'shop' } },
    });
    expect(sbom.components[0]).toMatchObject({ purl: 'pkg:npm/%40shop/core@0.1.0' });
    expect(sbom.components.at(-1)).toEqual({
      type: 'library',
      'bom-ref': 'pkg:npm/real-c@1.0.0',
      name: 'real-c',
      version: '1.0.0',
      purl: 'pkg:npm/real-c@1.0.0',
      licenses: [{ expression: 'MIT' }],
      hashes: [{ alg: 'SHA-512', content: '000102' }],
    });
  });

  it('the list of this project contains the packages used at run time, and no test tools', () => {
    const packages = lockFile.parse(
      JSON.parse(readFileSync(resolve(__dirname, '../../../package-lock.json'), 'utf8')),
    ).packages;
    const folders = Object.values(COMPONENT_FACTS).map(({ folder }) => folder);
    const named = new Set(listShipped(packages, folders).map(({ name }) => name));

    for (const name of ['express', '@grpc/grpc-js', 'protobufjs', 'bson', '@ioredis/commands']) {
      expect(named).toContain(name);
    }
    const local = ['@flashreserve/local-stores', '@flashreserve/documentdb-wire', 'pg'];
    for (const name of ['jest', 'typescript', 'fast-check', ...local]) {
      expect(named).not.toContain(name);
    }
  });
});
