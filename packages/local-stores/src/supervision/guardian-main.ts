/**
 * The guardian: a process between the owner (`npm start`, `npm test`) and the stores. It starts
 * them, and stops them when the owner asks for it or ends, even by SIGKILL, because then the
 * channel to the owner closes. It also keeps a Ctrl-C at the terminal, which reaches the owner,
 * from reaching the stores.
 */
import { rmSync } from 'node:fs';
import { type FolderLock, lockFolder } from '../processes/exclusive-folder';
import type { GuardianReply, GuardianRequest } from './guardian-protocol';
import { type SupervisedService, startService } from './supervised-service';

/** Long enough for the guardian of an earlier owner to stop its stores. */
const LOCK_DEADLINE_MS = 8_000;

/** Temporary stores are killed instead of stopped: their data is deleted anyway. */
const isThrowAway = process.argv[2] === 'throw-away';
const foldersToRemove: string[] = [];
const services = new Map<string, SupervisedService>();
const locks: FolderLock[] = [];
let shuttingDown: Promise<void> | undefined;

function serviceNamed(name: string): SupervisedService {
  const service = services.get(name);
  if (service === undefined) {
    throw new Error(`No service is named ${name}.`);
  }
  return service;
}

async function stopEverything(): Promise<void> {
  // Last started, first stopped: what is in front of a database stops before it.
  for (const service of [...services.values()].reverse()) {
    await (isThrowAway ? service.kill() : service.stop());
  }
  for (const folder of foldersToRemove) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  for (const lock of locks) {
    await lock.release();
  }
}

function shutdown(): Promise<void> {
  shuttingDown ??= stopEverything();
  return shuttingDown;
}

async function lock(folder: string): Promise<undefined> {
  const held = await lockFolder(folder, LOCK_DEADLINE_MS);
  if (held === undefined) {
    throw new Error(`The folder ${folder} is in use by another process.`);
  }
  locks.push(held);
  return undefined;
}

async function start(request: Extract<GuardianRequest, { kind: 'start' }>): Promise<number> {
  const { service: spec } = request;
  if (shuttingDown !== undefined) {
    throw new Error('The guardian is shutting down.');
  }
  if (services.get(spec.name)?.isRunning()) {
    throw new Error(`${spec.name} is already running.`);
  }
  const service = await startService(spec);
  services.set(spec.name, service);
  return service.pid;
}

async function carryOut(request: GuardianRequest): Promise<number | undefined> {
  switch (request.kind) {
    case 'lock':
      return lock(request.folder);
    case 'remove-at-end':
      foldersToRemove.push(request.folder);
      return undefined;
    case 'start':
      return start(request);
    case 'stop':
      await serviceNamed(request.name).stop();
      return undefined;
    case 'kill':
      await serviceNamed(request.name).kill();
      return undefined;
    case 'pause':
      serviceNamed(request.name).pause();
      return undefined;
    case 'resume':
      serviceNamed(request.name).resume();
      return undefined;
    case 'pid':
      return services.get(request.name)?.isRunning() ? serviceNamed(request.name).pid : undefined;
    case 'shutdown':
      await shutdown();
      return undefined;
  }
}

async function answer(request: GuardianRequest): Promise<void> {
  let reply: GuardianReply;
  try {
    const pid = await carryOut(request);
    reply = pid === undefined ? { id: request.id, ok: true } : { id: request.id, ok: true, pid };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    reply = { id: request.id, ok: false, message };
  }
  if (process.connected) {
    process.send?.(reply);
  }
}

function end(): void {
  shutdown().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}

process.on('message', (request: GuardianRequest) => {
  void answer(request);
});
process.on('disconnect', end);
process.on('SIGTERM', end);
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
