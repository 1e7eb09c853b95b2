import { createSilentLogger } from '@flashreserve/ops';
import type { Catalog, RequestScope } from './ports';
import { createSettleHold } from './settle-hold';

const log = createSilentLogger();
const scope: RequestScope = { requestId: 'r-1', deadline: new Date(), log };
const reservationId = '01933b5c-0000-7000-8000-000000000001';

const createSubject = (answer: Catalog['settleHold']) => {
  const scheduled: string[] = [];
  const settleHold = createSettleHold({
    catalog: { settleHold: answer, takeHold: () => Promise.reject(new Error('not used')) },
    scheduler: {
      scheduleExpiry: () => Promise.reject(new Error('not used')),
      scheduleSettlement: async (id) => {
        scheduled.push(id);
      },
    },
  });
  return { settleHold, scheduled };
};

describe('settleHold', () => {
  it.each([
    ['SELL', 'SOLD'],
    ['RELEASE', 'RELEASED'],
  ] as const)('asks catalog to %s and is content when the hold is %s', async (verdict, state) => {
    const asked: unknown[][] = [];
    const error = jest.spyOn(log, 'error');
    const { settleHold, scheduled } = createSubject(async (...call) => {
      asked.push(call);
      return state;
    });
    await settleHold({ reservationId, verdict }, scope);
    expect(asked).toEqual([[reservationId, verdict, scope]]);
    expect(scheduled).toEqual([]);
    expect(error).not.toHaveBeenCalled();
    error.mockRestore();
  });

  it('leaves it to a job, and does not fail, when catalog gave no answer', async () => {
    const { settleHold, scheduled } = createSubject(() => Promise.reject(new Error('away')));
    await settleHold({ reservationId, verdict: 'RELEASE' }, scope);
    expect(scheduled).toEqual([reservationId]);
  });

  it.each(['HELD', 'RELEASED', undefined] as const)(
    'reports loudly that a sold reservation has a hold that is %s',
    async (state) => {
      const error = jest.spyOn(log, 'error');
      const { settleHold } = createSubject(async () => state);
      await settleHold({ reservationId, verdict: 'SELL' }, scope);
      expect(error).toHaveBeenCalledTimes(1);
      error.mockRestore();
    },
  );
});
