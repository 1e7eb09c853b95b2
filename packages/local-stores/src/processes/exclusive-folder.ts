import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pollUntil } from './poll-until';

/** A lock that the kernel gives back when its process ends, however it ends. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * A listening socket is the lock: only one process can have the address. On Linux it has no file, so
 * nothing stale can be left; elsewhere a file without a listener is recognised and removed.
 */
function addressOf(folder: string): string {
  // However the way to it is written, it is one folder. It need not be there yet.
  const place = join(realpathSync(dirname(folder)), basename(folder));
  const digest = createHash('sha256').update(place).digest('hex').slice(0, 32);
  const name = `flashreserve-${digest}`;
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}

async function answers(address: string): Promise<boolean> {
  const socket = connect(address);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function tryLock(address: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.end(`${process.pid}\n`));
  server.listen(address);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
      throw error;
    }
    if (!address.startsWith('\0') && !(await answers(address))) {
      unlinkSync(address);
    }
    return undefined;
  }
}

/**
 * Waits until no other process of this machine holds the folder, then holds it.
 * @param deadlineMs Resolves to undefined when somebody still holds it after this long.
 */
export async function lockFolder(
  folder: string,
  deadlineMs: number,
): Promise<FolderLock | undefined> {
  const address = addressOf(folder);
  const server = await pollUntil(() => tryLock(address), { deadlineMs, intervalMs: 100 });
  if (server === undefined) {
    return undefined;
  }
  server.unref();
  return {
    async release() {
      server.close();
      await once(server, 'close');
    },
  };
}
