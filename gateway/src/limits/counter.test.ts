import { createCounter } from './counter';

const count = async (processes: number) => {
  const counter = createCounter({
    name: 'test',
    limit: 5,
    windowSeconds: 60,
    store: undefined,
    processes,
  });
  let allowed = 0;
  while ((await counter.take('ann'))?.isExceeded === false) allowed += 1;
  return { allowed, isFull: (await counter.peek('ann'))?.isExceeded };
};

describe('counters without Redis', () => {
  it('one process allows the limit', async () => {
    expect(await count(1)).toEqual({ allowed: 5, isFull: true });
  });

  it('each of several processes allows its share, so that all of them keep the limit', async () => {
    expect(await count(2)).toEqual({ allowed: 2, isFull: true });
    expect(await count(64)).toEqual({ allowed: 1, isFull: true });
  });
});
