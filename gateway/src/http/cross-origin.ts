import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';

/** Request headers that other origins may send, beyond the CORS-safelisted ones. */
export const ALLOWED_HEADERS = [
  'Authorization',
  'Cache-Control',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'X-Request-Id',
] as const;

/** Response headers that other origins may read, beyond the CORS-safelisted ones. */
export const EXPOSED_HEADERS = [
  'Allow',
  'Date',
  'ETag',
  'Idempotent-Replayed',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
] as const;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Lifetime of a preflight; short, so that removing an origin from the list takes effect soon. */
const PREFLIGHT_SECONDS = 600;

/** Adds the CORS headers to a response. */
export type CrossOrigin = (req: IncomingMessage, res: ServerResponse) => void;

/**
 * Allows pages of exactly these origins to use the API; undefined without any, and browsers then
 * block other origins. Never allows all origins (`*`) or cookies: tokens are sent explicitly. The
 * route itself answers preflights, so that only existing methods are allowed.
 */
export const createCrossOrigin = (origins: readonly string[]): CrossOrigin | undefined => {
  if (origins.length === 0) return undefined;
  const addHeaders = cors({
    origin: [...origins],
    methods: [...METHODS],
    allowedHeaders: [...ALLOWED_HEADERS],
    exposedHeaders: [...EXPOSED_HEADERS],
    credentials: false,
    maxAge: PREFLIGHT_SECONDS,
    preflightContinue: true,
  });
  return (req, res) => {
    addHeaders(req, res, (error?: unknown) => {
      if (error !== undefined) throw error;
    });
  };
};
