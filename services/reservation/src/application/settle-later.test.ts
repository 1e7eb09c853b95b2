import { createSilentLogger } from '@flashreserve/ops';
import type { RequestScope } from './ports';
import { createLaterSettlements } from './settle-later';

const scope: RequestScope = {
  requestId: 'request',
  deadline: new Date('2026-01-01T12:00:10Z'),
  log: createSilentLogger(),
};

describe('settlements that no caller waits for', () => {
  it('a stop waits until every settlement that has started has ended', async () => {
    const ends: (() => void)[] = [];
    const { settleLater, drain } = createLaterSettlements(
      () =>
        new Promise((resolve) => {
          ends.push(resolve);
        }),
    );
    settleLater({ reservationId: 'a', lines: [], verdict: 'SELL' }, scope);
    settleLater({ reservationId: 'b', lines: [], verdict: 'SELL' }, scope);
    let drained = false;
    const draining = drain().then(() => {
      drained = true;
    });

    ends[0]?.();
    await new Promise(setImmediate);
    expect(drained).toBe(false);

    ends[1]?.();
    await draining;
    await drain();
  });
});
