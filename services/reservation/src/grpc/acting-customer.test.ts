import { ANONYMOUS, type Principal } from '@flashreserve/identity';
import { actingCustomer } from './acting-customer';

const customer: Principal = { kind: 'user', userId: 'u-1', role: 'CUSTOMER', token: 't' };
const admin: Principal = { kind: 'user', userId: 'u-2', role: 'ADMIN', token: 't' };
const service: Principal = { kind: 'service', clientId: 'orders', token: 't' };
const client: Principal = {
  kind: 'client',
  clientId: 'shop',
  name: 'Shop',
  scopes: new Set(['reservations:write']),
  token: 't',
  sessionId: 's-1',
  expiresAt: new Date('2026-01-01T12:00:00Z'),
};

describe('actingCustomer', () => {
  it('a user acts for itself and may name no other customer', () => {
    expect(actingCustomer(customer, '')).toBe('u-1');
    expect(actingCustomer(customer, 'u-1')).toBe('u-1');
    expect(() => actingCustomer(admin, 'u-1')).toThrow('A user can only act for itself.');
  });

  it('an anonymous caller is refused', () => {
    for (const customerId of ['', 'u-1']) {
      expect(() => actingCustomer(ANONYMOUS, customerId)).toThrow(
        expect.objectContaining({ kind: 'unauthenticated', reason: 'TOKEN_MISSING' }),
      );
    }
  });

  it.each([
    ['A service', service],
    ['An API client', client],
  ])('%s must name the customer it acts for', (name, caller) => {
    expect(actingCustomer(caller, 'u-1')).toBe('u-1');
    expect(() => actingCustomer(caller, '')).toThrow(
      expect.objectContaining({
        reason: 'PERMISSION_DENIED',
        message: `${name} must name the customer it acts for.`,
      }),
    );
  });
});
