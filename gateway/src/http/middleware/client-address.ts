import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Determines the client's IP address. */
export type ClientAddress = (req: IncomingMessage) => string;

/**
 * Counts the trusted proxies from the rightmost entry of `X-Forwarded-For`, the only end that the
 * client cannot forge. If the entry is not an IP address, the address of the peer is used.
 */
export const createClientAddress = (trustProxyHops: number): ClientAddress => {
  const peerOf = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? '';
  if (trustProxyHops === 0) return peerOf;
  return (req) => {
    const header = req.headers['x-forwarded-for'];
    if (typeof header !== 'string') return peerOf(req);
    const entries = header.split(',');
    const entry = entries[Math.max(0, entries.length - trustProxyHops)]?.trim() ?? '';
    return isIP(entry) === 0 ? peerOf(req) : entry;
  };
};
