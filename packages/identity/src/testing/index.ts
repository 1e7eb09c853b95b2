export {
  makeIssuer,
  makeOutsideKey,
  type OutsideAlgorithm,
  type OutsideKey,
  publish,
  signOutside,
} from './outside-tokens';
export { makeRsaKeys, type RsaKeys } from './rsa-keys';
export { makeTestKey, makeTestToken, type TestKey } from './tokens';
