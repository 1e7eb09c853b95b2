import type { IncomingMessage } from 'node:http';
import { createClientAddress } from './client-address';

const PEER = '10.0.0.1';

const request = (forwarded: string | undefined) =>
  ({
    socket: { remoteAddress: PEER },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

describe('the client address', () => {
  it.each<[string, number, string | undefined, string]>([
    ['without a trusted proxy the header is ignored', 0, '203.0.113.7', PEER],
    ['without a header it is the peer', 1, undefined, PEER],
    ['a trusted proxy appends it', 1, '198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['each further proxy appends one', 2, '1.1.1.1,203.0.113.7, 10.0.0.2', '203.0.113.7'],
    ['with fewer entries than proxies it is the first', 3, '203.0.113.7, 10.0.0.2', '203.0.113.7'],
    ['an entry that is no address is not used', 1, 'somebody', PEER],
    ['IPv6 addresses count, too', 1, '2001:db8::7', '2001:db8::7'],
  ])('%s', (_name, hops, forwarded, expected) => {
    expect(createClientAddress(hops)(request(forwarded))).toBe(expected);
  });
});
