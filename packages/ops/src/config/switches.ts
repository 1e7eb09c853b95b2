import { z } from 'zod';

/**
 * A switch for something that helps while one develops or looks around, and tells strangers more than a deployment should:
 * `true`, `false`, or not set. See `isOn`.
 */
export const devSwitch = z.enum(['true', 'false'], 'must be true or false').optional();

/** Decides about switches that are not set. */
export const nodeEnv = z.string().optional();

/** What the environment says; where it says nothing, off in production and on elsewhere. */
export const isOn = (
  asked: z.output<typeof devSwitch>,
  { NODE_ENV }: { readonly NODE_ENV?: string | undefined },
): boolean => (asked === undefined ? NODE_ENV !== 'production' : asked === 'true');
