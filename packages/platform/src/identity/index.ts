export { type AuthConnection, connectAuth } from './auth-connection';
export {
  type AccessRule,
  ANONYMOUS,
  actingCustomer,
  checkAccess,
  type Principal,
} from './principal';
export {
  createServiceTokenSource,
  type IssuedToken,
  type ServiceTokenSource,
} from './service-token-source';
export { TOKEN_PROFILE, tokenClaims } from './token-claims';
export {
  createTokenVerifier,
  type PublicJwk,
  type TokenVerifier,
  type TokenVerifierOptions,
} from './token-verifier';
