import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeIdentities } from './dev-ca/write-identities';
import { COMPONENT_NAMES } from './start/topology';
import { reportFailure, TaskError, type TaskInput } from './task';

const USAGE = 'Usage: npm run dev-ca [-- --out .data/tls] [--days 365] [--for my-service ...]';
const FOLDER_DEFAULT = '.data/tls';
const DAYS_DEFAULT = '365';
const DAYS_MAX = 3_650;
const DAY_MS = 86_400_000;
/** The clocks of two machines differ a little. */
const CLOCK_TOLERANCE_MS = 300_000;
const DNS_NAME = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;

const readOptions = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        out: { type: 'string', default: FOLDER_DEFAULT },
        days: { type: 'string', default: DAYS_DEFAULT },
        for: { type: 'string', multiple: true, default: [] },
      },
    }).values;
  } catch (error) {
    throw new TaskError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
};

/** Makes an authority for development and a certificate for every component, and for the operator's own services. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    const { out, days: text, for: others } = readOptions(args);
    const days = Number(text);
    if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) {
      throw new TaskError(`--days must be a whole number from 1 to ${DAYS_MAX}.\n${USAGE}`);
    }
    for (const name of others) {
      if (!DNS_NAME.test(name)) throw new TaskError(`--for ${name}: not a DNS name.\n${USAGE}`);
    }
    const now = Date.now();
    await writeIdentities(resolve(root, out), [...COMPONENT_NAMES, ...others], {
      notBefore: new Date(now - CLOCK_TOLERANCE_MS),
      notAfter: new Date(now + days * DAY_MS),
    });
    process.stdout.write(
      `Certificates for ${days} days are in ${out}. Use them with: GRPC_TLS_DIR=${out} npm start\n`,
    );
  } catch (error) {
    reportFailure(error);
  }
};
