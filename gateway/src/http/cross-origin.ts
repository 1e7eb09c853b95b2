import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';

/** Headers that pages of other origins may send, beyond those that every page may. */
export const ALLOWED_HEADERS = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'X-Request-Id',
] as const;

/** Headers of answers that pages of other origins may read, beyond those that every page may. */
export const EXPOSED_HEADERS = [
  'Allow',
  'Date',
  'Idempotent-Replayed',
  'Location',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
] as const;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH'] as const;

/** A browser asks again after this long, so that an origin that was taken from the list is out soon. */
const PREFLIGHT_SECONDS = 600;

/** Adds to an answer what tells a browser which origins may read it. */
export type CrossOrigin = (req: IncomingMessage, res: ServerResponse) => void;

/**
 * Lets pages of exactly these origins use the API; without any there is nothing to add, and browsers keep all others out.
 * Never any origin (`*`), and never with cookies: tokens are sent by hand. The route itself answers preflights, so that
 * what does not exist cannot be asked for.
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
