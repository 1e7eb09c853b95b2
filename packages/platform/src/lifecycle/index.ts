export { createLifecycle, type Lifecycle, type Stoppable } from './lifecycle';
export { type MainOptions, runMain } from './run-main';
