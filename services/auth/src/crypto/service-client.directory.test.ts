import { createServiceClientDirectory } from './service-client.directory';

const directory = createServiceClientDirectory([
  { clientId: 'gateway', secret: 'g'.repeat(32) },
  { clientId: 'catalog', secret: 'c'.repeat(32) },
]);

describe('the service client directory', () => {
  it('a service client is authenticated only with its own secret', () => {
    expect(directory.isAuthentic('gateway', 'g'.repeat(32))).toBe(true);
    expect(directory.isAuthentic('gateway', 'c'.repeat(32))).toBe(false);
    expect(directory.isAuthentic('gateway', `${'g'.repeat(32)} `)).toBe(false);
    expect(directory.isAuthentic('gateway', '')).toBe(false);
  });

  it.each(['', 'unknown', '__proto__', 'constructor'])(
    'the unknown service client %j is not authenticated',
    (clientId) => {
      expect(directory.isAuthentic(clientId, 'g'.repeat(32))).toBe(false);
      expect(directory.isAuthentic(clientId, '')).toBe(false);
    },
  );
});
