import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/**
 * The published packages as a user gets them: packed, installed in another folder and used from
 * there.
 */

const ROOT = resolve(__dirname, '../..');
const MODULES = join(ROOT, 'node_modules');
const TSC = join(MODULES, '@typescript/native/bin/tsc');

let folder: string;

const run = (command: string, args: readonly string[], cwd = folder): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const node = (file: string, text: string): string => {
  writeFileSync(join(folder, file), text);
  return run(process.execPath, [file]).trim();
};

/**
 * Packs a workspace like `npm publish`, including its prepare scripts, and unpacks it where an app
 * would have it.
 */
const install = (workspace: string): readonly string[] => {
  const args = ['pack', '-w', workspace, '--json', '--pack-destination', folder];
  const [packed] = Object.values(
    JSON.parse(run('npm', args, ROOT).replace(/^[^[{]*/s, '')) as readonly {
      readonly filename: string;
      readonly name: string;
      readonly files: readonly { readonly path: string }[];
    }[],
  );
  if (packed === undefined) throw new Error(`npm has packed nothing of ${workspace}.`);
  const target = join(folder, 'node_modules', packed.name);
  mkdirSync(target, { recursive: true });
  const filename = packed.filename.replace('@', '').replace('/', '-');
  run('tar', ['-xzf', filename, '-C', target, '--strip-components=1']);
  return packed.files.map(({ path }) => path);
};

/** Links the packages' dependencies from this repository instead of a registry. */
const link = (name: string): void => {
  const target = join(folder, 'node_modules', name);
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(join(MODULES, name), target);
};

/** Compiles a program of the app in strict mode, including the packages' own declarations. */
const compile = (file: string, text: string, resolution: 'nodenext' | 'bundler'): void => {
  writeFileSync(join(folder, file), text);
  const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
  const options = ['--noEmit', '--strict', '--target', 'es2023', '--lib', 'es2023,dom'];
  const types = ['--module', module, '--moduleResolution', resolution, '--types', 'node'];
  try {
    run(process.execPath, [TSC, ...options, ...types, '--skipLibCheck', 'false', file]);
  } catch (error) {
    throw new Error((error as { readonly stdout: string }).stdout, { cause: error });
  }
};

/** Programs of an app, which this repository checks against the packages' sources too. */
const readProgram = (name: string): string =>
  readFileSync(join(ROOT, 'scripts/packed', name), 'utf8');
const USE_CLIENT = readProgram('use-client.ts');
const USE_CONTRACTS = readProgram('use-contracts.ts');

let clientFiles: readonly string[];
let contractsFiles: readonly string[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flashreserve-packed-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  clientFiles = install('packages/client');
  contractsFiles = install('packages/contracts');
  const dependencies = ['openapi-fetch', 'openapi-typescript-helpers', '@types/node'];
  for (const name of [...dependencies, '@bufbuild/protobuf', '@grpc/grpc-js']) link(name);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('published client package', () => {
  it('it contains code, types, licence and README, and no sources or tests', () => {
    expect(clientFiles).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'package.json',
        'dist/index.js',
        'dist/index.mjs',
        'dist/index.d.ts',
        'index.d.mts',
      ]),
    );
    expect(clientFiles.filter((path) => /^src\/|\.test\.|tsbuildinfo/.test(path))).toEqual([]);
  });

  const CHECK = `
    const client = createFlashReserveClient({ baseUrl: 'http://localhost:1', retry: { attemptsMax: 1 } });
    client.products.list().catch((error) => console.log(error.name, isProblem(error)));`;

  it.each([
    ['an ES module', 'esm.mjs', `import { createFlashReserveClient, isProblem } from`, ''],
    [
      'a CommonJS module',
      'cjs.cjs',
      'const { createFlashReserveClient, isProblem } = require(',
      ')',
    ],
  ])('the packed client can be imported by %s', (_kind, file, before, after) => {
    expect(node(file, `${before} '@flashreserve/client'${after};${CHECK}`)).toBe(
      'ConnectionError false',
    );
  });

  it.each(['nodenext', 'bundler'] as const)(
    'its types compile in strict mode for %s',
    (resolution) => {
      compile(`client-${resolution}.ts`, USE_CLIENT, resolution);
      compile(`client-${resolution}.cts`, USE_CLIENT, resolution);
    },
  );
});

describe('published contracts package', () => {
  it('it contains code, types, protos, licence and README, and no sources', () => {
    expect(contractsFiles).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'dist/index.js',
        'proto/flashreserve/catalog/v1/catalog_service.proto',
        'proto/google/rpc/error_details.proto',
      ]),
    );
    expect(contractsFiles.filter((path) => /^src\/|tsbuildinfo/.test(path))).toEqual([]);
  });

  it.each([
    ['an ES module', 'contracts.mjs', 'import { CatalogServiceService } from', ''],
    ['a CommonJS module', 'contracts.cjs', 'const { CatalogServiceService } = require(', ')'],
  ])('the packed contracts can be imported by %s', (_kind, file, before, after) => {
    const text = `${before} '@flashreserve/contracts/catalog'${after};
      console.log(CatalogServiceService.getProduct.path);`;
    expect(node(file, text)).toBe('/flashreserve.catalog.v1.CatalogService/GetProduct');
  });

  it.each(['nodenext', 'bundler'] as const)(
    'its types compile in strict mode for %s',
    (resolution) => {
      compile(`contracts-${resolution}.ts`, USE_CONTRACTS, resolution);
    },
  );
});
