import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { canInstallPackages, type Environment, findDebianMirror } from '@flashreserve/local-stores';
import { TaskError } from '../task';
import { createMachine, type Machine, succeeds } from './machine';

/** Debian suite whose Compose supports the files; Debian 12 has Compose v1, which does not. */
const SUITE = 'forky';
const PACKAGES = ['docker-cli', 'docker-compose', 'docker-buildx'] as const;
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

const aptOptions = (folder: string): readonly string[] => [
  '-o',
  `Dir::Etc::sourcelist=${join(folder, 'sources.list')}`,
  '-o',
  'Dir::Etc::sourceparts=/dev/null',
  '-o',
  `Dir::State::lists=${join(folder, 'lists')}`,
  '-o',
  `Dir::Cache=${join(folder, 'cache')}`,
  // A mirror that lags behind is good enough for a test.
  '-o',
  'Acquire::Check-Valid-Until=false',
];

/** Downloads the packages without installing them, and unpacks them into the folder. */
const unpackClient = async (machine: Machine, folder: string): Promise<void> => {
  const mirror = await findDebianMirror(machine.env);
  if (mirror === undefined) throw new TaskError('apt on this machine has no Debian source.');
  const downloads = join(folder, 'downloads');
  for (const name of ['lists/partial', 'cache/archives/partial', 'downloads', 'root'])
    mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(
    join(folder, 'sources.list'),
    `deb [signed-by=${KEYRING}] ${mirror} ${SUITE} main\n`,
  );
  const options = aptOptions(folder);
  await machine.run('apt-get', [...options, 'update'], { deadlineMs: 300_000 });
  await machine.run('sh', [
    '-c',
    'cd "$1" && shift && exec apt-get "$@"',
    'sh',
    downloads,
    ...options,
    'download',
    ...PACKAGES,
  ]);
  for (const file of readdirSync(downloads).filter((name) => name.endsWith('.deb')))
    await machine.run('dpkg-deb', ['-x', join(downloads, file), join(folder, 'root')]);
};

const clientEnvironment = (env: Environment, folder: string): Environment => {
  const root = join(folder, 'root/usr');
  const config = join(folder, 'config');
  mkdirSync(config, { recursive: true });
  writeFileSync(
    join(config, 'config.json'),
    JSON.stringify({ cliPluginsExtraDirs: [join(root, 'libexec/docker/cli-plugins')] }),
  );
  return {
    ...env,
    PATH: [join(root, 'bin'), env['PATH']].join(delimiter),
    DOCKER_CONFIG: config,
  };
};

const hasCompose = ({ run }: Machine): Promise<boolean> =>
  succeeds(run('docker', ['compose', 'version']).then(() => run('docker', ['buildx', 'version'])));

/**
 * A machine with the docker client, Compose v2 and buildx: those on PATH, or those of Debian's
 * packages, unpacked once into the folder.
 *
 * @throws TaskError when neither is available
 */
export const withClient = async (machine: Machine, folder: string): Promise<Machine> => {
  if (await hasCompose(machine)) return machine;
  if (!canInstallPackages(machine.env))
    throw new TaskError(
      'The docker client, Compose v2 and buildx are not on PATH, and packages can only be fetched by root on Debian.',
    );
  const client = join(folder, 'client');
  if (!existsSync(join(client, 'root/usr/bin/docker'))) {
    machine.say(`Fetching ${PACKAGES.join(', ')} from Debian ${SUITE}.`);
    await unpackClient(machine, client);
  }
  return createMachine(clientEnvironment(machine.env, client), machine.say);
};
