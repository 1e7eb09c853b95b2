import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { endsWithin } from '@flashreserve/ops';

/** Sends SIGTERM, kills the process after `killAfterMs`, and resolves when it has exited. */
export const endProcess = async (child: ChildProcess, killAfterMs: number): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  if (!(await endsWithin(killAfterMs, gone))) child.kill('SIGKILL');
  await gone;
};
