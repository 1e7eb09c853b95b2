export { leaveRotation } from './leave-rotation';
export { createLifecycle, type Lifecycle, type Stoppable } from './lifecycle';
export { type MainOptions, runMain, STOP_TIMEOUT_MS } from './run-main';
