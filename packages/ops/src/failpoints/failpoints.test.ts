import { z } from 'zod';
import { ConfigError } from '../config/problems';
import { createSilentLogger } from '../logging/logger';
import { failpointFields } from './config';
import { createFailpoints } from './failpoints';

const log = createSilentLogger();
const schema = z.object(failpointFields);

const setUp = (env: Readonly<Record<string, string>>) => {
  const done: string[] = [];
  const crash = jest.fn();
  const failpoints = createFailpoints(schema.parse({ NODE_ENV: 'test', ...env }), {
    log,
    outage: (cause) =>
      Object.assign(new Error('The store is away.', { cause }), { kind: 'unavailable' }),
    crash,
    random: () => 0.5,
  });
  const port = {
    insert: async (id: string) => {
      done.push(id);
      return `inserted ${id}`;
    },
    count: 3,
  };
  return { failpoints, port, done, crash };
};

describe('failpoints', () => {
  it('failpoints return the port unchanged when nothing is armed', () => {
    const { failpoints, port } = setUp({});
    expect(failpoints.around('reservation.store', port)).toBe(port);
  });

  it('a "before" failpoint fails a step before it runs', async () => {
    const { failpoints, port, done } = setUp({
      FAILPOINTS: 'reservation.store.insert:before=error',
    });
    const { insert } = failpoints.around('reservation.store', port);
    await expect(insert('a')).rejects.toMatchObject({ kind: 'unavailable' });
    expect(done).toEqual([]);
  });

  it('an "after" failpoint fails a step that was applied', async () => {
    const { failpoints, port, done } = setUp({ FAILPOINTS: 'reservation.store.*=error#2' });
    const { insert, count } = failpoints.around('reservation.store', port);
    await expect(insert('a')).resolves.toBe('inserted a');
    await expect(insert('b')).rejects.toMatchObject({ kind: 'unavailable' });
    expect(done).toEqual(['a']);
    expect(count).toBe(3);
  });

  it('a crash failpoint kills the process after the step', async () => {
    const { failpoints, port, done, crash } = setUp({
      FAILPOINTS: 'reservation.store.insert:after=crash',
    });
    await failpoints.around('reservation.store', port).insert('a');
    expect(done).toEqual(['a']);
    expect(crash).toHaveBeenCalledTimes(1);
  });

  it('a failpoint fires at its configured rate', async () => {
    const rare = setUp({ FAILPOINTS: '*=error@0.4' });
    await expect(rare.failpoints.around('x', rare.port).insert('a')).resolves.toBe('inserted a');
    const often = setUp({ FAILPOINTS: '*=error@0.6' });
    await expect(often.failpoints.around('x', often.port).insert('a')).rejects.toThrow();
  });

  it('a drop failpoint never replies to the RPC', async () => {
    const { failpoints, port, done } = setUp({ FAILPOINTS: 'catalog.rpc.insert:after=drop' });
    const answer = failpoints.around('catalog.rpc', port).insert('a');
    const first = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 20))]);
    expect(first).toBeUndefined();
    expect(done).toEqual(['a']);
  });

  it('the same seed arms the same failpoints, another seed arms others', () => {
    const armedBy = (seed: string): string => {
      const { failpoints } = setUp({ FAILPOINTS_SEED: seed });
      const names = Array.from({ length: 40 }, (_, index) => `step${index}`);
      const port = Object.fromEntries(names.map((name) => [name, async () => name]));
      const wrapped = failpoints.around('x', port);
      return names.filter((name) => wrapped[name] !== port[name]).join();
    };
    expect(armedBy('7')).toBe(armedBy('7'));
    expect(armedBy('7')).not.toBe(armedBy('8'));
    expect(armedBy('7')).not.toBe('');
  });

  it.each([
    { FAILPOINTS: 'a:before=error', NODE_ENV: 'production' },
    { FAILPOINTS_SEED: '1', NODE_ENV: 'production' },
    { FAILPOINTS_SEED: '1', NODE_ENV: undefined },
  ])('armed failpoints prevent a start in production (%j)', (env) => {
    expect(() => createFailpoints(schema.parse(env), { log, outage: (cause) => cause })).toThrow(
      ConfigError,
    );
  });

  it.each(['a', 'a=explode', 'a=delay', 'a=crash@2', 'a=crash@0.1#2', 'a=crash,'])(
    'an invalid failpoint plan is rejected (%s)',
    (plan) => {
      expect(schema.safeParse({ FAILPOINTS: plan }).success).toBe(false);
    },
  );
});
