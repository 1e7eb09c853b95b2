import type { Deployment } from './deployment';

/** BullMQ's score of a delayed job: its time in milliseconds, with a counter in the lower bits. */
const SCORE_PER_MS = 4_096;

/** Runs one Redis command as the operator user, in the Redis container. */
export const askRedis = async (
  { compose, settings }: Deployment,
  ...command: readonly string[]
): Promise<string> => {
  const password = `REDISCLI_AUTH=${settings['REDIS_OPERATOR_PASSWORD']}`;
  const client = ['redis-cli', '--no-auth-warning', '--user', 'operator', '-e'];
  return (await compose(['exec', '-T', '-e', password, 'redis', ...client, ...command])).trim();
};

/** Number of delayed jobs due after a time. */
export const countJobsAfter = async (deployment: Deployment, timeMs: number): Promise<number> =>
  Number(
    await askRedis(
      deployment,
      ...['ZCOUNT', 'flashreserve:expiry:delayed', String(timeMs * SCORE_PER_MS), '+inf'],
    ),
  );
