import { systemClock } from '@flashreserve/ops';
import { createArgon2Hasher } from './argon2.hasher';

const limits = () => ({
  deadline: new Date(Date.now() + 30_000),
  signal: new AbortController().signal,
});

const createHasher = () => createArgon2Hasher({ cores: 2, clock: systemClock });

describe('the password hasher', () => {
  it('passwords are hashed with argon2id at the configured cost and a new salt each time', async () => {
    const hasher = await createHasher();

    await hasher.inTurn(limits(), async ({ hash, verify }) => {
      const [one, two] = [await hash('correct horse'), await hash('correct horse')];
      expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,(t=2,p=1|p=1,t=2)\$/);
      expect(two).not.toBe(one);
      await expect(verify('correct horse', one)).resolves.toBe(true);
      await expect(verify('correct house', one)).resolves.toBe(false);
    });
  });

  it('an unknown user costs the same work and never passes verification', async () => {
    const hasher = await createHasher();
    const timeOf = async (work: () => Promise<unknown>): Promise<number> => {
      const startedAt = performance.now();
      for (let round = 0; round < 20; round += 1) await work();
      return performance.now() - startedAt;
    };

    await hasher.inTurn(limits(), async ({ hash, verify }) => {
      const known = await hash('correct horse');
      await expect(verify('correct horse', undefined)).resolves.toBe(false);
      const ratio =
        (await timeOf(() => verify('wrong', undefined))) /
        (await timeOf(() => verify('wrong', known)));
      // Without the work the ratio would be near 0; the wide margins tolerate a busy machine.
      expect(ratio).toBeGreaterThan(0.25);
      expect(ratio).toBeLessThan(4);
    });
  });
});
