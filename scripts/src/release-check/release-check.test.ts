import { basename, resolve } from 'node:path';
import { COMPONENT_FACTS } from '../start/topology';
import { TaskError } from '../task';
import { findAdvisories } from './advisories';
import { readSbom, type Sbom } from './sbom';

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

describe('SBOM', () => {
  let sbom: Sbom;
  beforeAll(async () => {
    sbom = await readSbom(resolve(__dirname, '../../..'));
  });

  it('it contains the packages used at run time, and no test tools', () => {
    const named = new Set(
      sbom.components.map(({ purl }) =>
        decodeURIComponent(purl.slice('pkg:npm/'.length, purl.lastIndexOf('@'))),
      ),
    );

    for (const name of ['express', '@grpc/grpc-js', 'protobufjs', 'bson', '@ioredis/commands']) {
      expect(named).toContain(name);
    }
    for (const { folder } of Object.values(COMPONENT_FACTS)) {
      expect(named).toContain(`@flashreserve/${basename(folder)}`);
    }
    // An optional peer of bullmq, which npm installs into images because the lock file has it.
    expect(named).toContain('pg');
    const local = ['@flashreserve/local-stores', '@flashreserve/documentdb-wire'];
    for (const name of ['jest', '@swc/core', 'fast-check', ...local]) {
      expect(named).not.toContain(name);
    }
  });

  it('it is CycloneDX, with licence and hash of each package', () => {
    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      metadata: { component: { type: 'application', purl: 'pkg:npm/flashreserve@0.1.0' } },
    });
    expect(sbom.components.find(({ purl }) => purl.startsWith('pkg:npm/express@'))).toMatchObject({
      name: 'express',
      licenses: [{ license: { id: 'MIT' } }],
      hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
    });
  });
});
