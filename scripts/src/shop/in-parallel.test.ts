import { inParallel } from './in-parallel';

describe('inParallel', () => {
  it('at most `limit` items are processed at a time, and results keep their order', async () => {
    let going = 0;
    let most = 0;

    const results = await inParallel([5, 1, 4, 2, 3], 2, async (item) => {
      going += 1;
      most = Math.max(most, going);
      await new Promise((resolve) => setTimeout(resolve, item));
      going -= 1;
      return item * 10;
    });

    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('nothing more is started after a failure', async () => {
    const begun: number[] = [];
    const work = inParallel([1, 2, 3, 4], 1, (item) => {
      begun.push(item);
      return item === 2 ? Promise.reject(new Error('no')) : Promise.resolve(item);
    });

    await expect(work).rejects.toThrow('no');
    expect(begun).toEqual([1, 2]);
  });
});
