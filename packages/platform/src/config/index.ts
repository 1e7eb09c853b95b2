export * as configFields from './fields';
export { ConfigError, loadConfig } from './load-config';
export { type TlsSettings, tlsFields, tlsTogether } from './tls';
