import { EventEmitter } from 'node:events';
import { z } from 'zod';
import * as configFields from '../config/fields';
import { runMain } from './run-main';

const schema = z.object({ ...configFields.logFields, ...configFields.drainFields });

/** A process object that only records how it exited. */
const createProcess = (env: Readonly<Record<string, string>> = {}) => {
  let end = (_ended: { readonly code: number; readonly atMs: number }): void => {};
  const ended = new Promise<{ readonly code: number; readonly atMs: number }>((resolve) => {
    end = resolve;
  });
  const process = Object.assign(new EventEmitter(), {
    env: { LOG_LEVEL: 'silent', ...env },
    stderr: { write: () => true },
    exitCode: undefined as number | undefined,
    exit: (code: number) => end({ code, atMs: performance.now() }),
  });
  return { process, ended };
};

const run = (options: {
  readonly env?: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
  readonly stopTimeoutMs?: number;
}) => {
  const { process, ended } = createProcess(options.env);
  const { stop, stopTimeoutMs } = options;
  const started = new Promise<void>((resolve) => {
    runMain({
      component: 'test',
      schema,
      process: process as unknown as NodeJS.Process,
      start: async () => {
        resolve();
        return { stop };
      },
      ...(stopTimeoutMs !== undefined && { stopTimeoutMs }),
    });
  });
  return { process, ended, started };
};

describe('a component process', () => {
  it.each(['SIGTERM', 'SIGINT', 'disconnect'])(
    'a component stops in order on %s, once',
    async (event) => {
      let stops = 0;
      const { process, ended, started } = run({
        stop: async () => {
          stops += 1;
        },
      });
      await started;
      await new Promise(setImmediate);

      process.emit(event);
      process.emit(event);

      expect(await ended).toMatchObject({ code: 0 });
      expect(stops).toBe(1);
    },
  );

  it('a component whose stop hangs exits with code 1 after its limit and the drain wait', async () => {
    const { process, ended, started } = run({
      env: { DRAIN_WAIT_MS: '60' },
      stop: () => new Promise(() => undefined),
      stopTimeoutMs: 40,
    });
    await started;
    await new Promise(setImmediate);
    // The deadline alone does not keep a process alive, so something else must.
    const alive = setInterval(() => undefined, 1_000);

    const askedAt = performance.now();
    process.emit('SIGTERM');
    const { code, atMs } = await ended;
    clearInterval(alive);

    expect(code).toBe(1);
    expect(atMs - askedAt).toBeGreaterThanOrEqual(95);
  });

  it('a component does not start with an invalid configuration', () => {
    const { process } = run({ env: { DRAIN_WAIT_MS: 'long' }, stop: async () => undefined });

    expect(process.exitCode).toBe(1);
  });
});
