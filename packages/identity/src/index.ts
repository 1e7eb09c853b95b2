export {
  type AccessRule,
  checkAccess,
  type ServiceRule,
  type UserRule,
} from './access-rule';
export { type ApiKey, formatApiKey, parseApiKey } from './api-key';
export { type AuthConnection, connectAuth, joinAuth } from './auth-connection';
export {
  type AccessPolicy,
  type CallContext,
  defineService,
  type Handlers,
  type ServiceOptions,
} from './define-service';
export type {
  FetchTrustedIssuers,
  IssuerKeys,
  TrustedIssuersAnswer,
} from './outside/issuer-directory';
export {
  type ClaimRule,
  type IssuerKey,
  OUTSIDE_TOKENS,
  type TrustedIssuer,
  toCustomerId,
} from './outside/trusted-issuer';
export { ANONYMOUS, type Principal, type UserRole } from './principal';
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
export { clientSubject, serviceSubject, TOKEN_PROFILE } from './token-claims';
export {
  createTokenVerifier,
  type PublicJwk,
  type TokenVerifier,
  type TokenVerifierOptions,
} from './token-verifier';
