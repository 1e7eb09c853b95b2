import { createSilentLogger } from '@flashreserve/ops';
import type { Mail } from '../application/account-ports';
import { createMailQueue, MailError } from './mail-queue';

const MAIL: Mail = { kind: 'password_reset', to: 'ann@example.org', subject: 's', text: 't' };

/** A queue whose attempts the test answers one by one. */
const setUp = (limits: { readonly entriesMax?: number; readonly attemptMs?: number } = {}) => {
  const attempts: { readonly accept: () => void; readonly refuse: (error: Error) => void }[] = [];
  const outcomes: string[] = [];
  const queue = createMailQueue({
    deliver: () =>
      new Promise((accept, refuse) => {
        attempts.push({ accept, refuse });
      }),
    onOutcome: (_kind, outcome) => outcomes.push(outcome),
    log: createSilentLogger(),
    concurrency: 1,
    repeatAfterMs: [1, 1],
    ...limits,
  });
  const attempt = async (number: number) => {
    while (attempts.length < number) await new Promise(setImmediate);
    return attempts[number - 1];
  };
  const outcome = async () => {
    while (outcomes.length === 0) await new Promise(setImmediate);
    return outcomes;
  };
  return { queue, attempt, outcome, attempts };
};
const later = (mayHelpToRepeat: boolean) => new MailError('refused', { mayHelpToRepeat });

describe('the queue of mail', () => {
  it('a mail is tried three times, and written once', async () => {
    const { queue, attempt, outcome, attempts } = setUp();
    let written = 0;
    queue.queue('password_reset', async () => {
      written += 1;
      return MAIL;
    });

    for (const number of [1, 2, 3]) (await attempt(number))?.refuse(later(true));

    expect(await outcome()).toEqual(['failed']);
    expect([written, attempts.length]).toEqual([1, 3]);
  });

  it('a final refusal is not repeated', async () => {
    const { queue, attempt, outcome, attempts } = setUp();
    queue.queue('password_reset', async () => MAIL);

    (await attempt(1))?.refuse(later(false));

    expect(await outcome()).toEqual(['failed']);
    expect(attempts).toHaveLength(1);
  });

  it('a server that does not answer is left after the time limit', async () => {
    const { queue, attempt, outcome } = setUp({ attemptMs: 5 });
    queue.queue('password_reset', async () => MAIL);
    await attempt(3);

    expect(await outcome()).toEqual(['failed']);
  });

  it('a full queue refuses with AUTH_BUSY, and has room again after a mail was sent', async () => {
    const { queue, attempt, outcome } = setUp({ entriesMax: 2 });
    const add = () => {
      queue.queue('password_reset', async () => MAIL);
    };
    add();
    add();
    expect(add).toThrow(expect.objectContaining({ reason: 'AUTH_BUSY' }));

    (await attempt(1))?.accept();

    expect(await outcome()).toEqual(['sent']);
    await attempt(2);
    expect(add).not.toThrow();
    for (const number of [2, 3]) (await attempt(number))?.accept();
  });

  it('a stop waits for the mail that is being sent, and drops the others', async () => {
    const { queue, attempt, outcome, attempts } = setUp();
    queue.queue('password_reset', async () => MAIL);
    queue.queue('password_reset', async () => MAIL);
    const first = await attempt(1);

    const stopped = queue.stop();
    first?.accept();
    await stopped;

    expect([...(await outcome())].sort()).toEqual(['failed', 'sent']);
    expect(attempts).toHaveLength(1);
    expect(() => {
      queue.queue('password_reset', async () => MAIL);
    }).toThrow(expect.objectContaining({ reason: 'AUTH_BUSY' }));
  });
});
