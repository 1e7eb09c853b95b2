import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDevAuthority, type Validity } from './certificates';

/** The files of one component in a folder that `npm run dev-ca` made, by the variable that names each. */
export const tlsFilesOf = (folder: string, component: string) => ({
  GRPC_TLS_CERT: join(folder, `${component}.crt`),
  GRPC_TLS_KEY: join(folder, `${component}.key`),
  GRPC_TLS_CA: join(folder, 'ca.crt'),
});

/** The user as whom the components run in their containers. */
export const CONTAINER_UID = 1_000;

/**
 * Makes a new authority and a certificate for each name. Replaces what an earlier run left, so that all files of the
 * folder belong together. Keys are readable by their owner only: this user or, when root makes them, the containers' user,
 * because root can read them in any case.
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
