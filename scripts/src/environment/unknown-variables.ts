import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findMisspelt, nearestName } from '@flashreserve/ops';

/**
 * Read by Node, the dynamic linker and our tools, but not part of any component's configuration.
 */
const OF_TOOLS = ['NODE_ENV', 'NODE_OPTIONS', 'MALLOC_ARENA_MAX', 'CHROMIUM'];
const OF_LOCAL_STACK = ['DEV_SERVICE_CLIENT_SECRET'];
/** First words of our names that other programs' variables share. */
const SHARED_WORDS = new Set([
  ...[
    'ACCESS',
    'API',
    'AUTH',
    'DEV',
    'GRAFANA',
    'GRPC',
    'HOST',
    'KEY',
    'LIVE',
    'LOG',
    'MALLOC',
    'MORE',
  ],
  ...['NGINX', 'NODE', 'OPEN', 'OTEL', 'PORT', 'PROMETHEUS', 'PUBLIC', 'SERVICE'],
]);

/** Variables documented in `.env.example`, and the few others that our programs read. */
export const knownVariables = (root: string): readonly string[] => {
  const file = join(root, '.env.example');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const documented = [...text.matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);
  return [...documented, ...OF_TOOLS, ...OF_LOCAL_STACK];
};

const firstWord = (name: string): string => name.split('_')[0] ?? '';

const describe = (name: string, known: readonly string[]): string => {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return `${name} is not a variable of FlashReserve and is ignored.${hint}`;
};

/**
 * Warns about variables that nothing reads: any unknown name in `.env`; elsewhere in the
 * environment only names that resemble one of ours or start with a word that only ours start with.
 */
export const warnAboutUnknown = (options: {
  readonly env: NodeJS.ProcessEnv;
  readonly inDotEnv: readonly string[];
  readonly known: readonly string[];
}): readonly string[] => {
  const { env, inDotEnv, known } = options;
  if (known.length === 0) return [];
  const right = new Set(known);
  const words = known.filter((name) => name.includes('_')).map(firstWord);
  const ourWords = new Set(words.filter((word) => !SHARED_WORDS.has(word)));
  const isOurs = (name: string): boolean => name.includes('_') && ourWords.has(firstWord(name));
  const misspelt = findMisspelt(Object.keys(env), known).map(({ name }) => name);
  const suspects = new Set([...inDotEnv, ...misspelt, ...Object.keys(env).filter(isOurs)]);
  return [...suspects]
    .filter((name) => !right.has(name) && env[name] !== '')
    .map((name) => describe(name, known));
};
