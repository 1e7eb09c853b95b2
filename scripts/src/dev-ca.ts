import { resolve } from 'node:path';
import { CONTAINER_UID, writeIdentities } from './dev-ca/write-identities';
import { type CommandLine, readOptions } from './options';
import { COMPONENT_NAMES } from './start/topology';
import { reportFailure, type TaskInput } from './task';

const FOLDER_DEFAULT = '.data/tls';
const DAY_MS = 86_400_000;
/** Tolerance for clock differences between machines. */
const CLOCK_TOLERANCE_MS = 300_000;
const DNS_NAME = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;

const DEV_CA = {
  command: 'npm run dev-ca',
  about: `Creates a development CA and a certificate for every component. Use them with GRPC_TLS_DIR.`,
  options: {
    out: { kind: 'text', value: 'FOLDER', help: `default ${FOLDER_DEFAULT}` },
    days: {
      kind: 'number',
      help: 'validity of the certificates in days',
      min: 1,
      max: 3_650,
      fallback: 365,
    },
    for: {
      kind: 'list',
      value: 'my-service',
      help: 'also issue a certificate for this service of your own',
      accepts: (name: string) => DNS_NAME.test(name),
      mustBe: 'a DNS name',
    },
  },
} as const satisfies CommandLine;

/** Containers run as a different user, which must be able to read the keys. */
const sayWhoReadsKeys = (out: string): void => {
  const uid = process.getuid?.();
  if (uid === undefined || uid === 0 || uid === CONTAINER_UID) return;
  process.stdout.write(
    `For docker compose, whose components run as user ${CONTAINER_UID}, run: sudo chown ${CONTAINER_UID} ${out}/*.key\n`,
  );
};

/**
 * Creates a development CA and a certificate for every component and for the operator's own
 * services.
 */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    const { out = FOLDER_DEFAULT, days, for: others } = readOptions(DEV_CA, args);
    const now = Date.now();
    await writeIdentities(resolve(root, out), [...COMPONENT_NAMES, ...others], {
      notBefore: new Date(now - CLOCK_TOLERANCE_MS),
      notAfter: new Date(now + days * DAY_MS),
    });
    process.stdout.write(
      `Certificates for ${days} days are in ${out}. Use them with: GRPC_TLS_DIR=${out} npm start\n`,
    );
    sayWhoReadsKeys(out);
  } catch (error) {
    reportFailure(error);
  }
};
