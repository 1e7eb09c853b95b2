import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Request } from 'express';

/**
 * The client's IP address. Express counts the trusted proxies from the right-most entry of `X-Forwarded-For`, the only
 * end that the client cannot write. An entry that is no IP address counts as the proxy that passed it on.
 */
export const clientAddressOf = (req: IncomingMessage): string => {
  const { ip } = req as Partial<Request>;
  return ip !== undefined && isIP(ip) !== 0 ? ip : (req.socket.remoteAddress ?? '');
};
