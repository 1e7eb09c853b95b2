import { createHash } from 'node:crypto';
import { hashOf, winnerOf } from './rendezvous';

const instances = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const address = `10.0.0.${index + 1}:50052`;
    return { address, seed: hashOf(address) };
  });
/** Fixed keys that look like product ids. */
const KEYS = Array.from({ length: 3_000 }, (_, index) =>
  createHash('sha256').update(String(index)).digest('hex').slice(0, 36),
);
const homesAmong = (candidates: ReturnType<typeof instances>) =>
  KEYS.map((key) => winnerOf(hashOf(key), candidates)?.address);

describe('the rendezvous hash', () => {
  it('a key has the same home whenever and in whichever client it is computed', () => {
    expect(homesAmong(instances(3))).toEqual(homesAmong(instances(3)));
    // A change of the algorithm lets two versions disagree during an upgrade.
    const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    expect(letters.map((key) => winnerOf(hashOf(key), instances(3))?.address.at(7))).toEqual([
      '3',
      '1',
      '1',
      '1',
      '1',
      '2',
      '3',
      '3',
    ]);
  });

  it('an id has the same home in upper and lower case', () => {
    expect(KEYS.map((key) => hashOf(key.toUpperCase()))).toEqual(KEYS.map(hashOf));
  });

  it.each([2, 3, 5, 10])('%i instances get even shares', (count) => {
    const homes = homesAmong(instances(count));
    const fair = KEYS.length / count;
    for (const { address } of instances(count)) {
      const share = homes.filter((home) => home === address).length;
      expect(share).toBeGreaterThan(fair * 0.8);
      expect(share).toBeLessThan(fair * 1.2);
    }
  });

  it('only the keys of a lost instance move, and they spread over the others', () => {
    const all = instances(4);
    const lost = '10.0.0.2:50052';
    const before = homesAmong(all);
    const after = homesAmong(all.filter(({ address }) => address !== lost));

    const moved = before.flatMap((home, index) => (home === after[index] ? [] : [index]));
    expect(moved.every((index) => before[index] === lost)).toBe(true);
    const heirs = moved.map((index) => after[index]);
    for (const address of ['10.0.0.1:50052', '10.0.0.3:50052', '10.0.0.4:50052']) {
      expect(heirs.filter((heir) => heir === address).length).toBeGreaterThan(moved.length / 5);
    }
  });

  it('a new instance takes keys from all others and moves no other key', () => {
    const before = homesAmong(instances(3));
    const after = homesAmong(instances(4));

    const moved = before.flatMap((home, index) => (home === after[index] ? [] : [index]));
    expect(moved.every((index) => after[index] === '10.0.0.4:50052')).toBe(true);
    expect(moved.length).toBeGreaterThan(KEYS.length / 5);
  });

  it('without candidates there is no winner', () => {
    expect(winnerOf(hashOf('key'), [])).toBeUndefined();
  });
});
