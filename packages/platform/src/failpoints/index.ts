export { type FailpointConfig, failpointFields } from './config';
export { createFailpoints, type Failpoints, noFailpoints } from './failpoints';
