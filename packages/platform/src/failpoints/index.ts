export { type FailpointConfig, failpointFields } from './config';
export { createFailpoints, type Failpoints, noFailpoints } from './failpoints';
export type { FailpointAction, FailpointRule } from './plan';
