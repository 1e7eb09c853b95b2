export * as configFields from './fields';
export { ConfigError, loadConfig } from './load-config';
export { isOn } from './switches';
export { type TlsSettings, tlsFields, tlsTogether } from './tls';
