import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCheck } from './read-check';
import { reportFailure, TaskError, type TaskInput } from './task';

const FILE = 'packages/contracts/src/errors/gen/rpc-reasons.ts';
const PROTOS = 'proto/flashreserve';

/** An RPC with the comment above it. */
const RPC = /((?:^ {2}\/\/.*\n)+)^ {2}rpc (\w+)\(/gm;
/** A line under `Errors:`, for example `NOT_FOUND  PRODUCT_NOT_FOUND  metadata: productId`. */
const ERROR = /^ {2}\/\/ {3}[A-Z_]+ +([A-Z_]+(?:, [A-Z_]+)*)(?= |$)/gm;

const readReasons = (comment: string): readonly string[] => {
  const [, errors = ''] = comment.split(/^ {2}\/\/ Errors:$/m);
  return [...errors.matchAll(ERROR)].flatMap(([, reasons = '']) => reasons.split(', '));
};

/** The reasons that the protos document, by `<Service>.<Method>`. */
export const readRpcReasons = (
  proto: string,
): readonly (readonly [string, readonly string[]])[] => {
  const [, service = ''] = /^service (\w+) \{/m.exec(proto) ?? [];
  return [...proto.matchAll(RPC)].map(([, comment = '', method = '']) => [
    `${service}.${method}`,
    [...new Set(readReasons(comment))],
  ]);
};

const render = (root: string): string => {
  const folder = join(root, PROTOS);
  const protos = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.proto'))
    .sort()
    .map((path) => readFileSync(join(folder, path), 'utf8'));
  const rows = protos
    .flatMap(readRpcReasons)
    .map(([rpc, reasons]) => `  '${rpc}': [${reasons.map((reason) => `'${reason}'`).join(', ')}],`);
  return `// Written by \`npm run generate\` from the comments in proto/; do not edit.
import type { ErrorReason, GrpcReason } from '../error-catalogue';

/** The reasons of each RPC's errors, besides those that every RPC of its service may return. */
export const RPC_REASONS = {
${rows.join('\n')}
} as const satisfies Record<string, readonly (ErrorReason | GrpcReason)[]>;
`;
};

/** Writes the reasons of each RPC; with `--check` only reports whether the file is up to date. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    const check = readCheck('rpc-reasons', 'Writes the error reasons of each RPC.', args);
    const text = render(root);
    if (!check) writeFileSync(join(root, FILE), text);
    else if (readFileSync(join(root, FILE), 'utf8') !== text) {
      throw new TaskError(`${FILE} is out of date: run \`npm run generate\`.`);
    }
  } catch (error) {
    reportFailure(error);
  }
};
