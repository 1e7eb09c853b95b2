/** Runs one piece of work at a time, in the order in which they came. */
export type OneAtATime = <Result>(work: () => Promise<Result>) => Promise<Result>;

export const createOneAtATime = (): OneAtATime => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work, work);
    last = result;
    return result;
  };
};
