import { createSilentLogger } from '@flashreserve/ops';
import type { Catalog, RequestScope } from './ports';
import { createSettleHold } from './settle-hold';

const log = createSilentLogger();
const scope: RequestScope = { requestId: 'r-1', deadline: new Date(), log };
const reservationId = '01933b5c-0000-7000-8000-000000000001';
const lines = [{ productId: 'a', quantity: 1 }];

const createSubject = (answer: Catalog['settleHold']) => {
  const scheduled: string[] = [];
  const settleHold = createSettleHold({
    catalog: { settleHold: answer },
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
  ] as const)(
    'verdict %s is sent to catalog, and a hold that is %s logs no error',
    async (verdict, state) => {
      const asked: unknown[][] = [];
      const error = jest.spyOn(log, 'error');
      const { settleHold, scheduled } = createSubject(async (...call) => {
        asked.push(call);
        return state;
      });
      await settleHold({ reservationId, lines, verdict }, scope);
      expect(asked).toEqual([[{ reservationId, lines }, verdict, scope]]);
      expect(scheduled).toEqual([]);
      expect(error).not.toHaveBeenCalled();
      error.mockRestore();
    },
  );

  it('a failed settlement is scheduled as a job and does not reject', async () => {
    const { settleHold, scheduled } = createSubject(() => Promise.reject(new Error('away')));
    await settleHold({ reservationId, lines, verdict: 'RELEASE' }, scope);
    expect(scheduled).toEqual([reservationId]);
  });

  it.each(['HELD', 'RELEASED', undefined] as const)(
    'a confirmed reservation with a hold in state %s is logged as an error',
    async (state) => {
      const error = jest.spyOn(log, 'error');
      const { settleHold } = createSubject(async () => state);
      await settleHold({ reservationId, lines, verdict: 'SELL' }, scope);
      expect(error).toHaveBeenCalledTimes(1);
      error.mockRestore();
    },
  );
});
