import { lockFolder } from './exclusive-folder';

test('one at a time holds a folder, and the next one gets it after that', async () => {
  const folder = `/nowhere/${process.pid}`;
  const first = await lockFolder(folder, 0);
  expect(first).toBeDefined();
  expect(await lockFolder(folder, 0)).toBeUndefined();
  const waiting = lockFolder(folder, 5_000);
  await first?.release();
  const second = await waiting;
  expect(second).toBeDefined();
  await second?.release();
});
