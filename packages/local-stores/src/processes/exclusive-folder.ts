import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pollUntil } from './poll-until';

/** A lock that the kernel releases when its process ends, however it ends. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * The lock is a listening Unix socket: only one process can have its address. On Linux the address
 * is abstract, so nothing stale can be left behind; elsewhere, a socket file without a listener is
 * removed.
 */
function addressOf(folder: string): string {
  // Different paths to the same folder give the same lock. The folder need not exist yet.
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
 * Locks a folder, after waiting for any other process on this machine that holds it.
 * @returns Undefined if the folder is still locked after the deadline.
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
