import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Holds the conventions that every service shares and no linter knows: the same role has the same
 * file name, the same thing has the same word. The gateway is left out, except for its app.ts: it
 * has routes instead of handlers, and no domain, store or use cases.
 */

const ROOT = resolve(__dirname, '../..');
const GRPC_SERVICES = ['auth', 'catalog', 'reservation'] as const;
const SERVICES = [...GRPC_SERVICES, 'expiry-worker'] as const;
const APP_LINES_MAX = 80;

interface SourceFile {
  readonly service: string;
  /** Relative to the service's `src`. */
  readonly path: string;
  /** Without comments. */
  readonly code: string;
}

const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/^\s*\/\/.*$/gm, '');

const readSources = (service: string): readonly SourceFile[] => {
  const folder = join(ROOT, 'services', service, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => ({
      service,
      path,
      code: withoutComments(readFileSync(join(folder, path), 'utf8')),
    }));
};

const FILES = SERVICES.flatMap(readSources);

const inFolder = (folder: string): readonly SourceFile[] =>
  FILES.filter(({ path }) => path.startsWith(`${folder}/`));

/** Names of exported values, not of types. */
const exportsOf = ({ code }: SourceFile): readonly string[] =>
  [...code.matchAll(/^export (?:const|function|async function) (\w+)/gm)].map(
    ([, name = '']) => name,
  );

/** The files that break a rule, with what breaks it. */
const offences = (
  files: readonly SourceFile[],
  find: (file: SourceFile) => readonly string[],
): readonly string[] =>
  files.flatMap((file) =>
    find(file).map((what) => `services/${file.service}/src/${file.path}: ${what}`),
  );

const codeLines = (text: string): number =>
  withoutComments(text)
    .split('\n')
    .filter((line) => line.trim() !== '').length;

describe('files of a service', () => {
  it.each(SERVICES)('%s has the files that every service has', (service) => {
    const paths = FILES.filter((file) => file.service === service).map(({ path }) => path);
    const every = ['main.ts', 'app.ts', 'config.ts', 'application/ports.ts'];
    expect(paths).toEqual(expect.arrayContaining(every));
  });

  it.each(GRPC_SERVICES)('%s has the files of a gRPC service', (service) => {
    const paths = FILES.filter((file) => file.service === service).map(({ path }) => path);
    const every = [
      'create-service.ts',
      'create-use-cases.ts',
      'application/queries.ts',
      'grpc/page-tokens.ts',
      `grpc/${service}.handler.ts`,
      `grpc/${service}.mapper.ts`,
      `grpc/${service}.schemas.ts`,
      `metrics/${service}-metrics.ts`,
      'mongo/models.ts',
    ];
    expect(paths).toEqual(expect.arrayContaining(every));
  });

  it.each(['gateway', ...SERVICES.map((name) => `services/${name}`)])(
    'app.ts of %s is a list of parts that fits on a screen',
    (folder) => {
      const text = readFileSync(join(ROOT, folder, 'src/app.ts'), 'utf8');
      expect(codeLines(text)).toBeLessThanOrEqual(APP_LINES_MAX);
    },
  );
});

describe('names of files', () => {
  /** Roles of adapters; `createThingRole` stands in `thing.role.ts`. */
  const ROLES = {
    bullmq: ['processor', 'scheduler'],
    crypto: ['cipher', 'directory', 'hasher', 'signer', 'source'],
    grpc: ['client', 'handler', 'mapper', 'schemas'],
    mongo: ['document', 'model', 'reader', 'repository'],
    timer: ['timer'],
  } as const;

  it.each(Object.entries(ROLES))('of %s name the role that is exported', (folder, roles) => {
    const wrong = offences(inFolder(folder), (file) =>
      exportsOf(file).filter((name) => {
        const role = /^create\w*?([A-Z][a-z]+)$/.exec(name)?.[1]?.toLowerCase();
        return roles.some((known) => known === role) && !file.path.endsWith(`.${role}.ts`);
      }),
    );
    expect(wrong).toEqual([]);
  });

  it.each(Object.entries(ROLES))('of %s have no role but the known ones', (folder, roles) => {
    const wrong = offences(inFolder(folder), ({ path }) => {
      const role = /\.([a-z-]+)\.ts$/.exec(path)?.[1];
      return role === undefined || roles.some((known) => known === role) ? [] : [role];
    });
    expect(wrong).toEqual([]);
  });

  it('schemas of collections are models', () => {
    const wrong = offences(FILES, ({ path, code }) =>
      code.includes('new Schema') && !/^mongo\/[a-z-]+\.model\.ts$/.test(path) ? ['Schema'] : [],
    );
    expect(wrong).toEqual([]);
  });
});

describe('names in the code', () => {
  it('createModels makes the models of a service, and nothing outside of it makes one', () => {
    const lists = FILES.filter(({ path }) => path === 'mongo/models.ts');
    const missing = lists.filter((file) => !exportsOf(file).includes('createModels'));
    expect(missing).toEqual([]);
    const wrong = offences(FILES, ({ path, code }) =>
      path === 'mongo/models.ts' ? [] : (code.match(/\bcreate\w+Models?(?=\()/g) ?? []),
    );
    expect(wrong).toEqual([]);
  });

  // Fields of messages and stored documents keep their names; only the two outer folders see them.
  it('a time is named after what happened, as in createdAt and expiresAt', () => {
    const inner = [...inFolder('domain'), ...inFolder('application'), ...inFolder('metrics')];
    const WIRE_TIME =
      /\b(?:cancel|confirm|create|expire|observe|overdue|read|settle|update)Time\b/g;
    expect(offences(inner, ({ code }) => code.match(WIRE_TIME) ?? [])).toEqual([]);
  });

  it('mappers turn things into messages by toWire and back by fromWire', () => {
    const isMapping = (name: string): boolean => /^(to|from)[A-Z]/.test(name);
    const isNamed = (name: string): boolean => /^(toWire|fromWire)[A-Z]/.test(name);
    const wrong = offences(inFolder('grpc'), (file) => {
      const names = exportsOf(file);
      return file.path.endsWith('.mapper.ts')
        ? names.filter((name) => isMapping(name) && !isNamed(name))
        : names.filter(isNamed);
    });
    expect(wrong).toEqual([]);
  });

  it('schemas are named after the request', () => {
    const schemas = FILES.filter(({ path }) => path.endsWith('.schemas.ts'));
    const wrong = offences(schemas, (file) =>
      exportsOf(file).filter((name) => !name.endsWith('Request')),
    );
    expect(wrong).toEqual([]);
  });

  it('reads stand in queries.ts', () => {
    const queries = FILES.filter(({ path }) => path === 'application/queries.ts');
    expect(queries.map(exportsOf)).toEqual(GRPC_SERVICES.map(() => ['createQueries']));
    const wrong = offences(inFolder('application'), (file) =>
      exportsOf(file).filter((name) => /^create(Get|List|Find)[A-Z]/.test(name)),
    );
    expect(wrong).toEqual([]);
  });

  it('page tokens are made and read at the edge only', () => {
    const wrong = offences(FILES, ({ path, code }) =>
      code.includes('PageToken') && !path.startsWith('grpc/')
        ? (code.match(/\b(create|encode|decode|invalid)PageTokens?\b/g) ?? [])
        : [],
    );
    expect(wrong).toEqual([]);
  });

  // Property access, declaration, destructuring or literal; a parameter of a callback may be `id`.
  const PLAIN_ID = /\.id\b|(?<=[{,]\s*)\bid\b(?=\s*[:,}])|\bid\??:(?= string;)/g;

  it('a reservation is known by its reservationId, from the edge to the store', () => {
    // The content of page tokens is written out in the words of the first release.
    const files = FILES.filter(
      ({ service, path }) => service === 'reservation' && path !== 'grpc/page-tokens.ts',
    );
    expect(offences(files, ({ code }) => code.match(PLAIN_ID) ?? [])).toEqual([]);
  });

  it('fields of messages have the names of the generated types', () => {
    const wrong = offences(FILES, ({ path, code }) =>
      path.startsWith('metrics/')
        ? []
        : (code.match(/\b(?:customer|product|request|reservation|session|user)_ids?\b/g) ?? []),
    );
    expect(wrong).toEqual([]);
  });
});

describe('comments', () => {
  const COLUMNS_MAX = 100;
  const FOLDERS = ['gateway', 'packages', 'scripts', 'services', 'test'] as const;
  const FOREIGN = new Set(['node_modules', 'dist', 'gen', 'vendor']);

  const sourcesIn = (folder: string): readonly string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return FOREIGN.has(entry.name) ? [] : sourcesIn(path);
      return /\.(?:ts|mjs|cjs)$/.test(entry.name) ? [path] : [];
    });

  it('comments keep to the columns of the code, except for web addresses', () => {
    const isTooLong = (line: string): boolean =>
      line.length > COLUMNS_MAX && /^\s*(?:\/\/|\/\*\*|\* )/.test(line) && !line.includes('://');
    const wrong = FOLDERS.flatMap((folder) => sourcesIn(join(ROOT, folder))).flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter(isTooLong)
        .map((line) => `${path}: ${line.trim()}`),
    );
    expect(wrong).toEqual([]);
  });
});
