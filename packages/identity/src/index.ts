export {
  type AccessRule,
  checkAccess,
  type ServiceRule,
  type UserRule,
} from './access-rule';
export { type AuthConnection, connectAuth, joinAuth } from './auth-connection';
export {
  type AccessPolicy,
  type CallContext,
  defineService,
  type Handlers,
  type ServiceOptions,
} from './define-service';
export { ANONYMOUS, type Principal } from './principal';
export {
  createRevokedSessions,
  type RevokedSession,
  type RevokedSessions,
  type RevokedSessionsAnswer,
} from './revoked-sessions';
export type {
  IssuedToken,
  ServiceCredential,
  ServiceTokenSource,
} from './service-token-source';
export { serviceSubject, TOKEN_PROFILE } from './token-claims';
export {
  createTokenVerifier,
  type PublicJwk,
  type TokenVerifier,
  type TokenVerifierOptions,
} from './token-verifier';
