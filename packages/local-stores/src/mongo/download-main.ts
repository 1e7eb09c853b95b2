/**
 * Downloads MongoDB and prints the path of `mongod`. A process of its own, because a download
 * cannot be cancelled otherwise. Arguments: the target folder, and `probe` to check the network
 * first.
 */
import { connect } from 'node:net';
import { DryMongoBinary } from 'mongodb-memory-server-core/lib/util/DryMongoBinary';
import { MongoBinary } from 'mongodb-memory-server-core/lib/util/MongoBinary';
import { MongoBinaryDownloadUrl } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl';

const PROBE_DEADLINE_MS = 3_000;

/** Fails within seconds if there is no network; the download itself would wait for minutes. */
async function probe(url: string): Promise<void> {
  const { hostname, port, protocol } = new URL(url);
  const usualPort = protocol === 'http:' ? 80 : 443;
  const socket = connect(port === '' ? usualPort : Number(port), hostname);
  try {
    await new Promise<void>((resolve, reject) => {
      // Includes the DNS lookup, unlike the socket's own timeout.
      const timer = setTimeout(
        () => reject(new Error(`${hostname} does not answer.`)),
        PROBE_DEADLINE_MS,
      );
      socket.once('close', () => clearTimeout(timer));
      socket.once('connect', () => resolve()).once('error', reject);
    });
  } finally {
    socket.destroy();
  }
}

async function fetchMongod(downloadDir: string, isProbing: boolean): Promise<string> {
  const options = await DryMongoBinary.generateOptions({ downloadDir });
  const existing = await DryMongoBinary.locateBinary(options);
  if (existing !== undefined) {
    return existing;
  }
  if (isProbing) {
    // On Linux, `os` is part of the address.
    const { version, arch, platform, os } = options;
    const address = new MongoBinaryDownloadUrl({ version, arch, platform, os });
    await probe(await address.getDownloadUrl());
  }
  return MongoBinary.getPath({ downloadDir });
}

const [folder, probing] = process.argv.slice(2);
if (folder === undefined) {
  throw new Error('Usage: download-main <folder> [probe]');
}
fetchMongod(folder, probing === 'probe').then(
  (file) => console.log(`\n${file}`),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
