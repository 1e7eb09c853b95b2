import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Request } from 'express';

/**
 * The client's IP address. Express counts the trusted proxies from the rightmost entry of
 * `X-Forwarded-For`, the only end that the client cannot forge. If the entry is not an IP address,
 * the address of the proxy that forwarded it is used.
 */
export const clientAddressOf = (req: IncomingMessage): string => {
  const { ip } = req as Partial<Request>;
  return ip !== undefined && isIP(ip) !== 0 ? ip : (req.socket.remoteAddress ?? '');
};
