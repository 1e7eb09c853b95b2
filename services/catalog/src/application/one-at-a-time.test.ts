import { createOneAtATime } from './one-at-a-time';

/** Tasks that start when called and settle when the test says so. */
const createWork = () => {
  const begun: string[] = [];
  const end = new Map<string, () => void>();
  const fail = new Map<string, (error: Error) => void>();
  const work = (name: string) => () =>
    new Promise<string>((resolve, reject) => {
      begun.push(name);
      end.set(name, () => resolve(name));
      fail.set(name, reject);
    });
  return {
    work,
    begun,
    end: (name: string) => end.get(name)?.(),
    fail: (name: string, error: Error) => fail.get(name)?.(error),
  };
};
const turn = (): Promise<void> => new Promise(setImmediate);

describe('createOneAtATime', () => {
  it('a task starts when the previous one has ended, in call order', async () => {
    const oneAtATime = createOneAtATime();
    const { work, begun, end } = createWork();

    const results = ['a', 'b', 'c'].map((name) => oneAtATime(work(name)));
    await turn();
    expect(begun).toEqual(['a']);
    end('a');
    await turn();
    expect(begun).toEqual(['a', 'b']);
    end('b');
    await turn();
    end('c');

    expect(await Promise.all(results)).toEqual(['a', 'b', 'c']);
  });

  it('a failed task rejects only its own caller, and the next one runs', async () => {
    const oneAtATime = createOneAtATime();
    const { work, begun, end, fail } = createWork();

    const bad = oneAtATime(work('bad'));
    const good = oneAtATime(work('good'));
    await turn();
    expect(begun).toEqual(['bad']);
    fail('bad', new Error('away'));
    await expect(bad).rejects.toThrow('away');
    await turn();
    end('good');

    expect(await good).toBe('good');
  });
});
