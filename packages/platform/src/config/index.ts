export * as configFields from './fields';
export { loadConfig, loadConfigAndFiles } from './load-config';
export { describeMisspelt, findMisspelt, type MisspeltName, nearestName } from './misspelt';
export { wholeNumber } from './numbers';
export {
  ConfigError,
  type ConfigProblem,
  describeProblem,
  type Environment,
  findProblems,
  toConfigError,
} from './problems';
export { isOn } from './switches';
export { type TlsSettings, tlsFields, tlsTogether } from './tls';
export { findTlsFileProblems, readTlsFiles, type TlsFiles } from './tls-files';
