import { isLocalHost } from './local-host';

describe('isLocalHost', () => {
  it.each([
    'localhost',
    'LOCALHOST:3000',
    '127.0.0.1:3100',
    '[::1]:3100',
    '10.0.0.7',
    'expiry-worker:3100',
    'expiry-worker.shop.svc.cluster.local:3100',
    'worker.internal',
  ])('host %s counts as local', (header) => {
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
  ])('host %s does not count as local', (header) => {
    expect(isLocalHost(header)).toBe(false);
  });
});
