import { isLocalHost } from './local-host';

describe('a Host header', () => {
  it.each([
    'localhost',
    'LOCALHOST:3000',
    '127.0.0.1:3100',
    '[::1]:3100',
    '10.0.0.7',
    'expiry-worker:3100',
    'expiry-worker.shop.svc.cluster.local:3100',
    'worker.internal',
  ])('%s names a private address', (header) => {
    expect(isLocalHost(header)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:3100',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'local.example',
    'user@localhost',
    'localhost:3100:1',
    '[::1',
    'a b',
  ])('%s may be a name of a stranger', (header) => {
    expect(isLocalHost(header)).toBe(false);
  });
});
