import { availableParallelism } from 'node:os';
import { z } from 'zod';

/** Maximum number of processes of a component. */
export const PROCESSES_MAX = 64;

/** `auto` is one process per core that this process may use. */
export type ProcessCount = number | 'auto';

/** A setting for the number of processes; 1 by default. */
export const processCount = () =>
  z
    .string()
    .regex(
      /^(?:auto|[1-9]|[1-5]\d|6[0-4])$/,
      `must be auto or a whole number from 1 to ${PROCESSES_MAX}`,
    )
    .default('1')
    .transform((text): ProcessCount => (text === 'auto' ? 'auto' : Number(text)));

export const toNumber = (count: ProcessCount): number =>
  count === 'auto' ? Math.min(PROCESSES_MAX, Math.max(1, availableParallelism())) : count;
