export type { LocalStore } from './local-store';
export { type LocalStores, startLocalStores } from './local-stores';
export { LocalStoresError } from './local-stores-error';
export { findOrInstallProgram } from './machine/find-or-install';
export { startLocalMongo } from './mongo/start-local-mongo';
export type { Environment, LocalStoresOptions } from './options';
export { startLocalRedis } from './redis/start-local-redis';
export type { StoreFaults } from './store-faults';
