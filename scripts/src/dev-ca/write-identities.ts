import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDevAuthority, type Validity } from './certificates';

/** A component's files in a folder created by `npm run dev-ca`, by environment variable. */
export const tlsFilesOf = (folder: string, component: string) => ({
  GRPC_TLS_CERT: join(folder, `${component}.crt`),
  GRPC_TLS_KEY: join(folder, `${component}.key`),
  GRPC_TLS_CA: join(folder, 'ca.crt'),
});

/** The user id of the components in their containers. */
export const CONTAINER_UID = 1_000;

/**
 * Creates a new CA and a certificate for each name. Replaces the files of an earlier run, so that
 * all files in the folder belong together. A key is readable only by its owner: this user or, when
 * run as root, the containers' user, as root can read it anyway.
 */
export const writeIdentities = async (
  folder: string,
  names: readonly string[],
  validity: Validity,
): Promise<void> => {
  const authority = await createDevAuthority(validity);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'ca.crt'), authority.cert);
  for (const name of names) {
    const { cert, key } = await authority.issue(name);
    const files = tlsFilesOf(folder, name);
    writeFileSync(files.GRPC_TLS_CERT, cert);
    writeFileSync(files.GRPC_TLS_KEY, key, { mode: 0o600 });
    if (process.getuid?.() === 0) chownSync(files.GRPC_TLS_KEY, CONTAINER_UID, CONTAINER_UID);
  }
};
