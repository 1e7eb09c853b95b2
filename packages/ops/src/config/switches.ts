import { z } from 'zod';

/**
 * A switch for development aids that reveal more than a deployment should: `true`, `false` or
 * unset. See `isOn`.
 */
export const devSwitch = z.enum(['true', 'false'], 'must be true or false').optional();

/** Determines the default of unset switches. */
export const nodeEnv = z.string().optional();

/** The configured value; if unset, off in production and on elsewhere. */
export const isOn = (
  asked: z.output<typeof devSwitch>,
  { NODE_ENV }: { readonly NODE_ENV?: string | undefined },
): boolean => (asked === undefined ? NODE_ENV !== 'production' : asked === 'true');
