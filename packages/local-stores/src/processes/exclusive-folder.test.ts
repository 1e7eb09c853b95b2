import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createTemporaryFolder } from '../testing/temporary-folder';
import { lockFolder } from './exclusive-folder';

const temporary = createTemporaryFolder();

afterAll(() => {
  temporary.remove();
});

test('one at a time holds a folder, and the next one gets it after that', async () => {
  const folder = join(temporary.path, 'one');
  const first = await lockFolder(folder, 0);
  expect(first).toBeDefined();
  expect(await lockFolder(folder, 0)).toBeUndefined();
  const waiting = lockFolder(folder, 5_000);
  await first?.release();
  const second = await waiting;
  expect(second).toBeDefined();
  await second?.release();
});

test('a folder is the same one over a symbolic link', async () => {
  mkdirSync(join(temporary.path, 'real'));
  symlinkSync(join(temporary.path, 'real'), join(temporary.path, 'link'));
  const first = await lockFolder(join(temporary.path, 'real', 'data'), 0);
  expect(await lockFolder(join(temporary.path, 'link', 'data'), 0)).toBeUndefined();
  await first?.release();
});
