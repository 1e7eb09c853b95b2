import { parseArgs } from 'node:util';
import {
  ConfigError,
  configFields,
  createSilentLogger,
  loadConfig,
  systemClock,
} from '@flashreserve/ops';
import { connectMongo, mongoUri } from '@flashreserve/store';
import { z } from 'zod';
import { type Rotation, rotateKeys } from './application/rotate-keys';
import { tokenLifetimes } from './config';
import { createKeyCipher } from './crypto/key.cipher';
import { createKeyVault } from './crypto/key-vault';
import { createModels, prepareModels } from './mongo/models';
import { createSigningKeyRepository } from './mongo/signing-key.repository';

const USAGE = 'Usage: rotate-keys [--revoke-old]\n';

const schema = z.object({
  MONGO_URI: mongoUri,
  MONGO_DB_PREFIX: configFields.mongoDbPrefix,
  KEY_ENCRYPTION_SECRET: configFields.secret,
  ...tokenLifetimes,
});

const describe = (rotation: Rotation): string => {
  switch (rotation.outcome) {
    case 'rotated':
      return [
        `Created signing key ${rotation.kid}; it signs from ${rotation.signsFrom.toISOString()}.`,
        `Still trusted until their last token expires: ${rotation.stillTrusted.join(', ') || 'none'}.`,
        `Removed: ${rotation.removed.join(', ') || 'none'}.`,
      ].join('\n');
    case 'fresh':
      return `Signing key ${rotation.kid} was just created, so no new key was created.`;
    case 'too-many':
      return `${rotation.count} keys are still trusted. Wait until the oldest is removed.`;
  }
};

interface Options {
  readonly revokeOld: boolean;
}

/** Undefined for arguments that the command does not have. */
const readOptions = (args: readonly string[]): Options | undefined => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { 'revoke-old': { type: 'boolean', default: false } },
    });
    return { revokeOld: values['revoke-old'] };
  } catch {
    return undefined;
  }
};

const run = async (options: Options, env: NodeJS.ProcessEnv): Promise<Rotation> => {
  const config = loadConfig(schema, env);
  const log = createSilentLogger();
  const connection = await connectMongo({
    uri: config.MONGO_URI,
    dbName: `${config.MONGO_DB_PREFIX}_auth`,
    log,
  });
  try {
    const models = createModels(connection);
    await prepareModels(models, log);
    return await rotateKeys(options, {
      keys: createSigningKeyRepository(models),
      vault: createKeyVault({ cipher: createKeyCipher(config.KEY_ENCRYPTION_SECRET) }),
      clock: systemClock,
      tokenLifeMaxSeconds: Math.max(
        config.ACCESS_TOKEN_TTL_SECONDS,
        config.SERVICE_TOKEN_TTL_SECONDS,
      ),
    });
  } finally {
    await connection.close();
  }
};

/**
 * Operator command that rotates the signing keys directly in the store, with auth's secret; auth
 * need not be running. Exit codes: 0 rotated or not needed, 1 failed, 2 invalid arguments.
 */
const main = async (host: NodeJS.Process): Promise<void> => {
  const options = readOptions(host.argv.slice(2));
  if (options === undefined) {
    host.stderr.write(USAGE);
    host.exitCode = 2;
    return;
  }
  try {
    const rotation = await run(options, host.env);
    host.stdout.write(`${describe(rotation)}\n`);
    host.exitCode = rotation.outcome === 'too-many' ? 1 : 0;
  } catch (error) {
    const message =
      error instanceof ConfigError ? error.message : `The keys were not rotated: ${String(error)}`;
    host.stderr.write(`${message}\n`);
    host.exitCode = 1;
  }
};

void main(process);
