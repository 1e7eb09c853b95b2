import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { canInstallPackages, findDebianMirror } from '@flashreserve/local-stores';
import { TaskError } from '../task';
import { type Machine, needProgram, succeeds } from './machine';

/** Base images and stores of the deployment. */
const BASE_IMAGES = {
  node: 'node:24-bookworm-slim',
  redis: 'redis:7.4-alpine',
  nginx: 'nginxinc/nginx-unprivileged:1.29-alpine',
  mongo: 'mongo:8.0',
} as const;

export type BaseImage = keyof typeof BASE_IMAGES;
const BASE_IMAGE_NAMES = Object.keys(BASE_IMAGES) as readonly BaseImage[];

/** Whether the deployment runs on the images it names or on stand-ins for them. */
export type ImageSource = 'real' | 'stand-in';

export const standInOf = (image: BaseImage): string => `flashreserve-stand-in:${image}`;

const SUITE = 'forky';
const ROOTS = {
  'node-root.tar': ['ca-certificates'],
  'store-root.tar': [
    'ca-certificates',
    'busybox',
    'redis-server',
    'nginx',
    'libnginx-mod-stream',
    'socat',
  ],
} as const;
/** npm packages that contain Node's official build and npm. */
const TARBALLS = { node: `node-linux-${process.arch}@24`, npm: 'npm@11' } as const;
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';
const PULL_DEADLINE_MS = 180_000;
const BUILD_DEADLINE_MS = 900_000;

const isThere = ({ run }: Machine, image: string): Promise<boolean> =>
  succeeds(run('docker', ['image', 'inspect', image]));

const pullAll = async (machine: Machine): Promise<boolean> => {
  for (const image of Object.values(BASE_IMAGES)) {
    if (await isThere(machine, image)) continue;
    const pull = machine.run('docker', ['pull', '--quiet', image], {
      deadlineMs: PULL_DEADLINE_MS,
    });
    if (!(await succeeds(pull))) return false;
  }
  return true;
};

const makeRoots = async (machine: Machine, folder: string): Promise<void> => {
  const mirror = await findDebianMirror(machine.env);
  if (mirror === undefined) throw new TaskError('apt on this machine has no Debian source.');
  const program = await needProgram(machine, 'mmdebstrap', [
    'mmdebstrap',
    'debian-archive-keyring',
  ]);
  for (const [file, packages] of Object.entries(ROOTS)) {
    if (existsSync(join(folder, file))) continue;
    const unfinished = join(folder, `unfinished-${file}`);
    await machine.run(
      program,
      [
        '--variant=minbase',
        `--include=${packages.join(',')}`,
        '--aptopt=APT::Install-Recommends "false"',
        '--aptopt=Acquire::Check-Valid-Until "false"',
        '--dpkgopt=path-exclude=/usr/share/doc/*',
        '--dpkgopt=path-exclude=/usr/share/man/*',
        ...[SUITE, unfinished, mirror],
      ],
      { deadlineMs: BUILD_DEADLINE_MS },
    );
    renameSync(unfinished, join(folder, file));
  }
};

const fetchNode = async ({ run }: Machine, folder: string): Promise<void> => {
  for (const [name, specification] of Object.entries(TARBALLS)) {
    const place = join(folder, name);
    if (existsSync(join(place, 'package'))) continue;
    mkdirSync(place, { recursive: true });
    await run('npm', ['pack', '--silent', '--pack-destination', place, specification]);
    const tarball = readdirSync(place).find((file) => file.endsWith('.tgz')) ?? '';
    await run('tar', ['-xzf', join(place, tarball), '-C', place]);
  }
  // Includes the CA of a proxy that this machine trusts, because packages are also downloaded
  // inside the images.
  copyFileSync(AUTHORITIES, join(folder, 'authorities.crt'));
};

const makeStandIns = async (machine: Machine, root: string, folder: string): Promise<void> => {
  if (!canInstallPackages(machine.env))
    throw new TaskError(
      'The base images cannot be pulled, and stand-ins can only be built by root on Debian.',
    );
  mkdirSync(folder, { recursive: true });
  await makeRoots(machine, folder);
  await fetchNode(machine, folder);
  for (const image of BASE_IMAGE_NAMES) {
    const file = join(root, 'scripts/src/containers/stand-ins.Dockerfile');
    const args = ['build', '--quiet', '--file', file, '--target', image, '--tag', standInOf(image)];
    await machine.run('docker', [...args, folder], { deadlineMs: BUILD_DEADLINE_MS });
  }
};

/**
 * Provides the base images: pulled if possible, otherwise stand-ins built from Debian and npm
 * packages.
 *
 * @throws TaskError when neither is possible
 */
export const prepareBaseImages = async (
  machine: Machine,
  root: string,
  folder: string,
): Promise<ImageSource> => {
  if (await pullAll(machine)) {
    machine.say(`Base images: the real ones, ${Object.values(BASE_IMAGES).join(', ')}.`);
    return 'real';
  }
  machine.say(
    'Base images: they cannot be pulled here, so stand-ins from Debian and npm are used.',
  );
  await makeStandIns(machine, root, join(folder, 'stand-ins'));
  return 'stand-in';
};
