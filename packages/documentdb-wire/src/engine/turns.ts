/** Runs tasks with the same key one at a time, in order of arrival. */
export type InTurn = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/** Keys without pending tasks use no memory. */
export function createTurns(): InTurn {
  const tails = new Map<string, Promise<void>>();
  return (key, work) => {
    const result = (tails.get(key) ?? Promise.resolve()).then(work);
    const tail = result.then(
      () => undefined,
      () => undefined,
    );
    tails.set(key, tail);
    void tail.then(() => {
      if (tails.get(key) === tail) {
        tails.delete(key);
      }
    });
    return result;
  };
}
