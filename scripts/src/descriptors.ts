import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCheck } from './read-check';
import { runCommand } from './run-command';
import { reportFailure, TaskError, type TaskInput } from './task';

const FILE = 'packages/contracts/src/descriptors/gen/file-descriptor-set.ts';

/** The protos compiled by buf: every file with its imports, without comments. */
const build = async (root: string): Promise<Buffer> => {
  const folder = mkdtempSync(join(tmpdir(), 'flashreserve-descriptors-'));
  try {
    const output = join(folder, 'set.binpb');
    const args = ['build', '--as-file-descriptor-set', '--exclude-source-info', '-o', output];
    const code = await runCommand(join(root, 'node_modules/.bin/buf'), args, { cwd: root });
    if (code !== 0) throw new TaskError('The protos cannot be compiled; see above.');
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const render = (
  set: Buffer,
): string => `// Written by \`npm run generate\` from proto/; do not edit.
/** A google.protobuf.FileDescriptorSet. */
export const FILE_DESCRIPTOR_SET_BASE64 =
  '${set.toString('base64')}';
`;

/**
 * Writes the descriptors for server reflection; with `--check` only reports whether they are up to
 * date.
 */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    const check = readCheck('descriptors', 'Writes the descriptors for server reflection.', args);
    const text = render(await build(root));
    const file = join(root, FILE);
    if (!check) writeFileSync(file, text);
    else if (readFileSync(file, 'utf8') !== text) {
      throw new TaskError(`${FILE} is out of date: run \`npm run generate\`.`);
    }
  } catch (error) {
    reportFailure(error);
  }
};
