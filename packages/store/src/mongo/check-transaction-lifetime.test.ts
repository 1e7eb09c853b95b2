import { createLogger } from '@flashreserve/ops';
import { checkTransactionLifetime } from './check-transaction-lifetime';

const warningsWhen = async (answer: Promise<object>): Promise<number> => {
  const log = createLogger({ component: 'test', level: 'silent', format: 'json' });
  const warn = jest.spyOn(log, 'warn');
  const command = jest.fn(() => answer);
  const connection = { getClient: () => ({ db: () => ({ command }) }) };
  await checkTransactionLifetime(
    connection as unknown as Parameters<typeof checkTransactionLifetime>[0],
    log,
  );
  expect(command).toHaveBeenCalledWith({ getParameter: 1, transactionLifetimeLimitSeconds: 1 });
  return warn.mock.calls.length;
};

describe('the check of how long the store keeps the locks of a killed instance', () => {
  it("warns about MongoDB's default of 60 s", async () => {
    expect(await warningsWhen(Promise.resolve({ transactionLifetimeLimitSeconds: 60 }))).toBe(1);
  });

  it('does not warn about a lifetime of 10 s', async () => {
    expect(await warningsWhen(Promise.resolve({ transactionLifetimeLimitSeconds: 10 }))).toBe(0);
  });

  it('says nothing when the store does not know the parameter', async () => {
    expect(await warningsWhen(Promise.resolve({ ok: 1 }))).toBe(0);
  });

  it('says nothing when the user may not ask', async () => {
    expect(await warningsWhen(Promise.reject(new Error('not authorized')))).toBe(0);
  });
});
