export * as configFields from './fields';
export { ConfigError, loadConfig } from './load-config';
