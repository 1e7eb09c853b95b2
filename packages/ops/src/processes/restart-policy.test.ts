import { createRestartPolicy } from './restart-policy';

describe('restarts of processes', () => {
  it('the delay doubles, up to five seconds, while processes exit shortly after their start', () => {
    const { onExit } = createRestartPolicy();

    expect(Array.from({ length: 7 }, () => onExit(10))).toEqual([
      250, 500, 1_000, 2_000, 4_000, 5_000, 5_000,
    ]);
  });

  it('after ten short lives in a row there is no further restart', () => {
    const { onExit } = createRestartPolicy();
    for (let count = 0; count < 10; count += 1) expect(onExit(9_999)).toBeDefined();

    expect(onExit(9_999)).toBeUndefined();
  });

  it('a process that ran for ten seconds starts the count again', () => {
    const { onExit } = createRestartPolicy();
    for (let count = 0; count < 10; count += 1) onExit(0);

    expect(onExit(10_000)).toBe(250);
    expect(onExit(0)).toBe(250);
  });
});
