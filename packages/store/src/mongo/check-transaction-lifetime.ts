import type { Logger } from '@flashreserve/ops';
import type { Connection } from 'mongoose';
import { withinTime } from './within-time';

/**
 * Longer, and the locks of an instance that was killed during a write hold up buyers for too long.
 */
const LIFETIME_SECONDS_MAX = 10;
const PARAMETER = 'transactionLifetimeLimitSeconds';
const ANSWER_MS_MAX = 2_000;

/**
 * Warns when the store keeps the locks of abandoned transactions for too long. Says nothing when
 * the store does not tell, or does not tell this user.
 */
export const checkTransactionLifetime = async (
  connection: Pick<Connection, 'getClient'>,
  log: Logger,
): Promise<void> => {
  const admin = connection.getClient().db('admin');
  const asked = admin.command({ getParameter: 1, [PARAMETER]: 1 });
  const { [PARAMETER]: seconds }: { readonly [PARAMETER]?: unknown } = await withinTime(
    ANSWER_MS_MAX,
    asked,
  ).catch(() => ({}));
  if (typeof seconds !== 'number' || seconds <= LIFETIME_SECONDS_MAX) return;
  log.warn(
    { [PARAMETER]: seconds, recommended: LIFETIME_SECONDS_MAX },
    `The store keeps the locks of a killed instance for up to ${seconds} s; set its ${PARAMETER} to ${LIFETIME_SECONDS_MAX}.`,
  );
};
