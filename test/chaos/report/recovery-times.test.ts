import type { FaultRecord } from '../history/history';
import { type CallMark, findRecoveries, groupRecoveries, recoveriesOf } from './recovery-times';

const fault = (from: number, name = 'kill', target = 'catalog-1'): FaultRecord => ({
  kind: 'fault',
  fault: name,
  target,
  from,
  until: from + 100,
});

/** A reserve call every 50 ms, answered after 10 ms; those sent within one of the ranges fail. */
const calls = (
  until: number,
  bad: readonly (readonly [number, number])[] = [],
  silent: readonly (readonly [number, number])[] = [],
): CallMark[] =>
  Array.from({ length: until / 50 }, (_, index) => index * 50)
    .filter((sentAt) => !silent.some(([from, to]) => sentAt >= from && sentAt < to))
    .map((sentAt) => ({
      sentAt,
      answeredAt: sentAt + 10,
      isReserve: true,
      isBad: bad.some(([from, to]) => sentAt >= from && sentAt < to),
    }));

const first = (marks: readonly CallMark[], ...faults: FaultRecord[]) =>
  findRecoveries(marks, faults)[0];

describe('recovery times', () => {
  it('a fault without failed calls has a recovery time of 0', () => {
    expect(first(calls(5_000), fault(1_000))).toMatchObject({
      outcome: 'recovered',
      recoveredAt: 1_000,
      target: 'catalog',
    });
  });

  it('recovery ends after the last failed call', () => {
    expect(first(calls(5_000, [[1_000, 2_500]]), fault(1_000))).toMatchObject({
      recoveredAt: 2_451,
    });
  });

  it('a pause of less than half a second between failures does not end recovery', () => {
    const marks = calls(5_000, [
      [1_000, 1_500],
      [1_900, 2_000],
    ]);
    expect(first(marks, fault(1_000))).toMatchObject({ recoveredAt: 1_951 });
  });

  it('recovery does not end while no call gets a response', () => {
    const marks = calls(6_000, [], [[1_000, 3_000]]);
    // The first response is at 3,010; a half second that includes it starts at 2,510.
    expect(first(marks, fault(1_100))).toMatchObject({ recoveredAt: 2_510 });
  });

  it('calls other than reserve count as failures but not as signs of life', () => {
    const others = calls(5_000).map((mark) => ({ ...mark, isReserve: false }));
    expect(first(others, fault(1_000))).toMatchObject({ outcome: 'not-seen' });
    const failing = { sentAt: 1_200, answeredAt: 1_300, isReserve: false, isBad: true };
    expect(first([...calls(5_000), failing], fault(1_000))).toMatchObject({ recoveredAt: 1_201 });
  });

  it('a recovery is masked if the next fault begins first, in whatever order they were recorded', () => {
    const marks = calls(9_000, [[1_000, 3_000]]);
    const [masked, seen] = findRecoveries(marks, [fault(2_000, 'pause'), fault(1_000)]);
    expect(masked).toMatchObject({ fault: 'kill', outcome: 'masked' });
    expect(masked).not.toHaveProperty('recoveredAt');
    expect(seen).toMatchObject({ fault: 'pause', outcome: 'recovered', recoveredAt: 2_951 });
  });

  it('a recovery is not seen if the history ends first', () => {
    expect(first(calls(3_000, [[1_000, 3_000]]), fault(1_000))).toMatchObject({
      outcome: 'not-seen',
    });
  });

  it('recovery times are grouped by kind of fault and component', () => {
    const marks = calls(20_000, [[5_000, 6_000]]);
    const faults = [
      fault(1_000),
      fault(5_000, 'kill', 'catalog-2'),
      fault(9_000, 'pause', 'gateway'),
      fault(9_100, 'pause', 'gateway'),
    ];
    expect(groupRecoveries(findRecoveries(marks, faults))).toEqual([
      { fault: 'kill', target: 'catalog', ms: [0, 951], masked: 0, notSeen: 0 },
      { fault: 'pause', target: 'gateway', ms: [0], masked: 1, notSeen: 0 },
    ]);
  });

  it('recovery times are computed from a history', async () => {
    const call = { kind: 'call', action: 'reserve', customerId: 'ann', n: 1 } as const;
    const rows = await recoveriesOf([
      { ...call, sentAt: 1_000, answeredAt: 1_010, status: 503 },
      { ...call, sentAt: 1_100, answeredAt: 1_200, status: 409 },
      { ...call, sentAt: 1_800, answeredAt: 1_900, status: 201 },
      fault(1_000),
    ]);
    expect(rows).toEqual([{ fault: 'kill', target: 'catalog', ms: [1], masked: 0, notSeen: 0 }]);
  });
});
