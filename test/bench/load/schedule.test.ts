import { createSchedule } from './schedule';

const shares = { list: 70, reserve: 20, confirm: 8, cancel: 2 } as const;
const schedule = createSchedule({ ratePerSecond: 400, seconds: 3, shares });

describe('the schedule of an open run', () => {
  it('requests are due at constant intervals, from the start of the run to its end', () => {
    expect(schedule.count).toBe(1_200);
    expect([0, 1, 2, 1_199].map(schedule.dueAtMs)).toEqual([0, 2.5, 5, 2_997.5]);
  });

  it('each hundred requests have the shares of their kinds', () => {
    for (const first of [0, 100, 300]) {
      const kinds = Array.from({ length: 100 }, (_, index) => schedule.kindOf(first + index));
      const counted = Object.fromEntries(
        Object.keys(shares).map((kind) => [kind, kinds.filter((each) => each === kind).length]),
      );
      expect(counted).toEqual(shares);
    }
  });

  it('the requests of a kind are spread evenly', () => {
    const at = Array.from({ length: 200 }, (_, index) => index).filter(
      (index) => schedule.kindOf(index) === 'reserve',
    );
    const gaps = at.slice(1).map((index, place) => index - (at[place] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(3);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(7);
  });

  it('a schedule without requests is rejected', () => {
    expect(() => createSchedule({ ratePerSecond: 1, seconds: 1, shares: {} })).toThrow('needs');
  });
});
