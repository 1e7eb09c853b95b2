import { createTurns } from './turns';

test('work with the same key runs one at a time and in order, other work beside it', async () => {
  const inTurn = createTurns();
  const events: string[] = [];
  let finishFirst = (): void => undefined;
  const first = inTurn('a', async () => {
    events.push('first starts');
    await new Promise<void>((resolve) => {
      finishFirst = resolve;
    });
    events.push('first ends');
  });
  const second = inTurn('a', async () => {
    events.push('second');
  });
  await inTurn('b', async () => {
    events.push('other');
  });
  finishFirst();
  await Promise.all([first, second]);
  expect(events).toEqual(['first starts', 'other', 'first ends', 'second']);
});

test('work that fails tells its caller and lets the next one run', async () => {
  const inTurn = createTurns();
  const failing = inTurn('a', () => Promise.reject(new Error('no')));
  const next = inTurn('a', () => Promise.resolve('yes'));
  await expect(failing).rejects.toThrow('no');
  await expect(next).resolves.toBe('yes');
});
