import { EventEmitter } from 'node:events';
import { createLifecycle, type Stoppable } from '../lifecycle/lifecycle';
import { createSilentLogger } from '../logging/logger';
import type { FromWorker, ToWorker } from './messages';
import { startWorkers, WorkersFailed } from './start-workers';
import type { WorkerProcess } from './worker-process';

/** A stand-in for a worker process that records the messages and signals it gets. */
const createWorker = (id: number) => {
  const told: ToWorker[] = [];
  const signals: unknown[] = [];
  const emitter = Object.assign(new EventEmitter(), {
    id,
    send: (message: ToWorker) => told.push(message) > 0,
    process: { kill: (signal: unknown) => signals.push(signal) > 0 },
  });
  return {
    told,
    signals,
    asWorker: emitter as unknown as WorkerProcess,
    say: (message: FromWorker): void => {
      emitter.emit('message', message);
    },
    exit: (code: number | null, signal: string | null = null): void => {
      emitter.emit('exit', code, signal);
    },
  };
};

type FakeWorker = ReturnType<typeof createWorker>;

const start = (options: { readonly stopMs?: number } = {}) => {
  const workers: FakeWorker[] = [];
  const log = createSilentLogger();
  const lifecycle = createLifecycle({ log });
  const onGivenUp = jest.fn();
  const started: Promise<Stoppable> = startWorkers({
    component: 'shop',
    count: 2,
    config: { HOST: '127.0.0.1' },
    log,
    lifecycle,
    fork: () => {
      const worker = createWorker(workers.length + 1);
      workers.push(worker);
      return worker.asWorker;
    },
    stopMs: options.stopMs ?? 1_000,
    onGivenUp,
  });
  const worker = (id: number): FakeWorker => {
    const found = workers[id - 1];
    if (found === undefined) throw new RangeError(`There is no worker ${id}.`);
    return found;
  };
  return { workers, worker, started, onGivenUp };
};

/** Both workers are ready. */
const startReady = async (options: { readonly stopMs?: number } = {}) => {
  const run = start(options);
  await new Promise(setImmediate);
  run.worker(1).say({ kind: 'ready' });
  const app = await run.started;
  run.worker(2).say({ kind: 'ready' });
  return { ...run, app };
};

describe('the workers of a component', () => {
  it('the others start once the first one is ready', async () => {
    const { workers, worker, started } = start();
    await new Promise(setImmediate);
    expect(workers).toHaveLength(1);

    worker(1).say({ kind: 'ready' });
    await started;
    expect(workers).toHaveLength(2);
  });

  it('the start fails without further workers if the first one exits', async () => {
    const { workers, worker, started } = start();
    await new Promise(setImmediate);

    worker(1).exit(1);

    await expect(started).rejects.toThrow(WorkersFailed);
    expect(workers).toHaveLength(1);
  });

  it('a note of one worker reaches all others', async () => {
    const { worker } = await startReady();
    const note = { kind: 'note', topic: 'pulse', content: 1 } as const;

    worker(2).say(note);

    expect(worker(1).told).toEqual([note]);
    expect(worker(2).told).toEqual([]);
  });

  it('a worker that exits is replaced until too many have exited', async () => {
    jest.useFakeTimers();
    try {
      const { workers, worker, onGivenUp, app } = await (async () => {
        const run = start();
        await jest.advanceTimersByTimeAsync(0);
        run.worker(1).say({ kind: 'ready' });
        return { ...run, app: await run.started };
      })();
      for (let exits = 1; exits <= 10; exits += 1) {
        worker(workers.length).exit(null, 'SIGKILL');
        await jest.advanceTimersByTimeAsync(5_000);
        expect(workers).toHaveLength(2 + exits);
      }
      expect(onGivenUp).not.toHaveBeenCalled();

      worker(workers.length).exit(1);
      await jest.advanceTimersByTimeAsync(5_000);
      expect(onGivenUp).toHaveBeenCalledTimes(1);
      expect(workers).toHaveLength(12);
      worker(1).exit(0);
      await expect(app.stop()).rejects.toThrow(WorkersFailed);
    } finally {
      jest.useRealTimers();
    }
  });

  it('a worker that does not answer for a minute is killed', async () => {
    jest.useFakeTimers();
    try {
      const { worker, started } = start();
      await jest.advanceTimersByTimeAsync(0);
      worker(1).say({ kind: 'ready' });
      await started;
      worker(2).say({ kind: 'ready' });
      const report = { readiness: { ready: true, reasons: {} }, metrics: [] };

      for (let seconds = 10; seconds <= 70; seconds += 10) {
        await jest.advanceTimersByTimeAsync(10_000);
        worker(1).say({ kind: 'report', id: 0, report });
      }

      expect(worker(1).signals).toEqual([]);
      expect(worker(2).signals).toEqual(['SIGKILL']);
    } finally {
      jest.useRealTimers();
    }
  });

  it('a stop ends when all workers have exited, and none is replaced', async () => {
    const { workers, worker, app } = await startReady();

    const stopped = app.stop();
    await new Promise(setImmediate);
    expect([worker(1).signals, worker(2).signals]).toEqual([['SIGTERM'], ['SIGTERM']]);
    worker(1).exit(0);
    worker(2).exit(0);

    await stopped;
    expect(workers).toHaveLength(2);
  });

  it('a worker that does not stop in time is killed, and the stop fails', async () => {
    const { worker, app } = await startReady({ stopMs: 20 });

    const stopped = app.stop();
    await new Promise(setImmediate);
    worker(1).exit(0);

    await expect(stopped).rejects.toThrow(WorkersFailed);
    expect(worker(2).signals).toEqual(['SIGTERM', 'SIGKILL']);
  });
});
