import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRestDocument } from '@flashreserve/gateway/rest-document';
import { readCheck } from './read-check';
import { runCommand } from './run-command';
import { reportFailure, TaskError, type TaskInput } from './task';

const DOCUMENT = 'packages/client/src/gen/openapi.json';
const TYPES = 'packages/client/src/gen/openapi.ts';

const ABOUT = 'Writes the OpenAPI document of the gateway and the types of the client.';

const GENERATOR_OPTIONS = [
  '--root-types',
  '--root-types-no-schema-prefix',
  '--root-types-keep-casing',
  // A field with a default may be omitted from a request.
  '--default-non-nullable=false',
];

const outOfDate = (file: string): TaskError =>
  new TaskError(`${file} is out of date: run \`npm run generate\`.`);

/**
 * Writes the OpenAPI document and the client's types; with `--check` only reports whether they are
 * up to date.
 */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    const check = readCheck('rest-types', ABOUT, args);
    const document = `${JSON.stringify(createRestDocument(), null, 2)}\n`;
    if (!check) {
      mkdirSync(dirname(join(root, DOCUMENT)), { recursive: true });
      writeFileSync(join(root, DOCUMENT), document);
    } else if (readFileSync(join(root, DOCUMENT), 'utf8') !== document) {
      throw outOfDate(DOCUMENT);
    }
    const generator = join(root, 'node_modules/openapi-typescript/bin/cli.js');
    const command = [generator, DOCUMENT, '--output', TYPES, ...GENERATOR_OPTIONS];
    if (check) command.push('--check');
    if ((await runCommand(process.execPath, command, { cwd: root })) !== 0) throw outOfDate(TYPES);
  } catch (error) {
    reportFailure(error);
  }
};
