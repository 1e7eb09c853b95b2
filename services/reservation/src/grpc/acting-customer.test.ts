import { ANONYMOUS, type Principal } from '@flashreserve/identity';
import { actingCustomer } from './acting-customer';

const customer: Principal = { kind: 'user', userId: 'u-1', role: 'CUSTOMER', token: 't' };
const admin: Principal = { kind: 'user', userId: 'u-2', role: 'ADMIN', token: 't' };
const service: Principal = { kind: 'service', clientId: 'orders', token: 't' };

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

  it('a service must name the customer it acts for', () => {
    expect(actingCustomer(service, 'u-1')).toBe('u-1');
    expect(() => actingCustomer(service, '')).toThrow('must name the customer');
  });
});
