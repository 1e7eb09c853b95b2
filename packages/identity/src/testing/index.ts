export { makeTestKey, makeTestToken, type TestKey } from './tokens';
