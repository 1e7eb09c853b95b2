import { type Logger, startTimer, withinTime } from '@flashreserve/ops';
import type { Mail, Mailer, MailKind } from '../application/account-ports';
import { authBusy } from '../domain/auth-errors';

/** How an attempt to send a mail failed, without what a log must not have. */
export class MailError extends Error {
  readonly mayHelpToRepeat: boolean;

  constructor(message: string, options: { readonly mayHelpToRepeat: boolean }) {
    super(message);
    this.name = 'MailError';
    this.mayHelpToRepeat = options.mayHelpToRepeat;
  }
}

export interface MailQueueOptions {
  /** @throws MailError */
  readonly deliver: (mail: Mail) => Promise<void>;
  readonly onOutcome: (kind: MailKind, outcome: 'sent' | 'failed') => void;
  readonly log: Logger;
  /** Mail that waits or is being sent. */
  readonly entriesMax?: number;
  readonly concurrency?: number;
  /** Limit of one attempt. */
  readonly attemptMs?: number;
  /** Waits before the second and later attempts. */
  readonly repeatAfterMs?: readonly number[];
}

interface Entry {
  readonly kind: MailKind;
  readonly write: () => Promise<Mail | undefined>;
  /** Written once; every attempt sends the same. */
  mail?: Mail;
  attempts: number;
}

const tooSlow = (): MailError =>
  new MailError('The SMTP server did not answer in time.', { mayHelpToRepeat: true });

/** A bounded queue of mail in memory. */
export const createMailQueue = (
  options: MailQueueOptions,
): Mailer & {
  /** Takes no more mail, waits for mail that is being sent, and drops the rest. */
  readonly stop: () => Promise<void>;
} => {
  const { deliver, onOutcome, log } = options;
  const {
    entriesMax = 1_000,
    concurrency = 4,
    attemptMs = 15_000,
    repeatAfterMs = [2_000, 30_000],
  } = options;
  const waiting: Entry[] = [];
  const running = new Set<Promise<void>>();
  /** Stops the timer of each entry that waits for its next attempt. */
  const resting = new Set<() => void>();
  let isStopping = false;

  const attempt = async (entry: Entry): Promise<void> => {
    entry.attempts += 1;
    const mail = entry.mail ?? (await entry.write());
    if (mail === undefined) return;
    entry.mail = mail;
    await withinTime(attemptMs, deliver(mail), tooSlow);
    onOutcome(entry.kind, 'sent');
    log.info({ kind: entry.kind }, 'A mail was sent.');
  };

  const restBefore = (entry: Entry, waitMs: number): void => {
    const stopTimer = startTimer(waitMs, () => {
      resting.delete(stopTimer);
      waiting.push(entry);
      startNext();
    });
    resting.add(stopTimer);
  };

  const onFailure = (entry: Entry, error: unknown): void => {
    const waitMs = repeatAfterMs[entry.attempts - 1];
    const isFinal = error instanceof MailError && !error.mayHelpToRepeat;
    const { kind, attempts } = entry;
    if (isFinal || waitMs === undefined || isStopping) {
      onOutcome(kind, 'failed');
      log.error({ err: error, kind, attempts }, 'A mail could not be sent and is dropped.');
      return;
    }
    log.warn({ err: error, kind, attempts, waitMs }, 'A mail could not be sent; it is repeated.');
    restBefore(entry, waitMs);
  };

  const run = async (entry: Entry): Promise<void> => {
    try {
      await attempt(entry);
    } catch (error) {
      onFailure(entry, error);
    }
  };

  const startNext = (): void => {
    while (!isStopping && running.size < concurrency) {
      const entry = waiting.shift();
      if (entry === undefined) return;
      const work = run(entry).finally(() => {
        running.delete(work);
        startNext();
      });
      running.add(work);
    }
  };

  return {
    isConfigured: true,
    queue: (kind, write) => {
      const entries = waiting.length + running.size + resting.size;
      if (isStopping || entries >= entriesMax) throw authBusy();
      waiting.push({ kind, write, attempts: 0 });
      // Not in this turn: the response must not wait for the first step.
      setImmediate(startNext);
    },
    stop: async () => {
      isStopping = true;
      const dropped = waiting.length + resting.size;
      for (const stopTimer of resting) stopTimer();
      resting.clear();
      for (const { kind } of waiting.splice(0)) onOutcome(kind, 'failed');
      await Promise.all(running);
      if (dropped > 0) log.error({ dropped }, 'Auth stopped before these mails were sent.');
    },
  };
};
