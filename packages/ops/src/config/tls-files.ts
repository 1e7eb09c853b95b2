import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { type ConfigProblem, type Environment, presentIn } from './problems';
import { TLS_VARIABLES } from './tls';

/**
 * A component's certificate (with any intermediates), its private key and the trusted CA, as PEM.
 */
export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};

const reasonOf = (error: unknown): string => {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (code || String(error));
};

const read = (variable: string, path: string): Buffer | ConfigProblem => {
  try {
    return readFileSync(path);
  } catch (error) {
    return { variable, message: `cannot be read: ${path}: ${reasonOf(error)}` };
  }
};

/** The files named by the three variables, undefined if any is unset, or the problems found. */
export const readTlsFiles = (
  settings: Environment,
): TlsFiles | readonly ConfigProblem[] | undefined => {
  const paths = presentIn(settings);
  const [cert, key, ca] = TLS_VARIABLES.map((name) => {
    const path = paths[name];
    return path === undefined ? undefined : read(name, path);
  });
  const problems = [cert, key, ca].filter(
    (file): file is ConfigProblem => file !== undefined && !Buffer.isBuffer(file),
  );
  if (problems.length > 0) return problems;
  if (!Buffer.isBuffer(cert) || !Buffer.isBuffer(key) || !Buffer.isBuffer(ca)) return undefined;
  try {
    createSecureContext({ cert, key, ca });
  } catch {
    return [
      {
        variable: 'GRPC_TLS_CERT',
        message: 'and GRPC_TLS_KEY and GRPC_TLS_CA are not matching PEM files',
      },
    ];
  }
  return { cert, key, ca };
};

/** Problems with the mutual TLS files. */
export const findTlsFileProblems = (env: Environment): readonly ConfigProblem[] => {
  const files = readTlsFiles(env);
  return files === undefined || 'cert' in files ? [] : files;
};
