import {
  type AccessRule,
  ANONYMOUS,
  actingCustomer,
  checkAccess,
  type Principal,
} from './principal';

const customer: Principal = { kind: 'user', userId: 'u-1', role: 'CUSTOMER', token: 't' };
const admin: Principal = { kind: 'user', userId: 'u-2', role: 'ADMIN', token: 't' };
const service: Principal = { kind: 'service', clientId: 'orders', token: 't' };

const outcome = (rule: AccessRule, principal: Principal): string => {
  try {
    checkAccess(rule, principal);
    return 'ok';
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

describe('access rules', () => {
  it.each<[AccessRule, string, string, string, string]>([
    // rule, anonymous, customer, admin, service
    ['open', 'ok', 'ok', 'ok', 'ok'],
    ['authenticated', 'TOKEN_MISSING', 'ok', 'ok', 'ok'],
    ['admin', 'TOKEN_MISSING', 'ADMIN_REQUIRED', 'ok', 'ADMIN_REQUIRED'],
    ['service', 'TOKEN_MISSING', 'SERVICE_REQUIRED', 'SERVICE_REQUIRED', 'ok'],
    ['admin-or-service', 'TOKEN_MISSING', 'ADMIN_REQUIRED', 'ok', 'ok'],
  ])('%s lets in exactly whom it should', (rule, ...expected) => {
    expect(
      [ANONYMOUS, customer, admin, service].map((principal) => outcome(rule, principal)),
    ).toEqual(expected);
  });
});

describe('actingCustomer', () => {
  it('makes a user act for itself and refuses any other name', () => {
    expect(actingCustomer(customer, '')).toBe('u-1');
    expect(actingCustomer(customer, 'u-1')).toBe('u-1');
    expect(() => actingCustomer(admin, 'u-1')).toThrow('A user can only act for itself.');
  });

  it('lets nobody act who has not said who it is', () => {
    for (const customerId of ['', 'u-1']) {
      expect(() => actingCustomer(ANONYMOUS, customerId)).toThrow(
        expect.objectContaining({ kind: 'unauthenticated', reason: 'TOKEN_MISSING' }),
      );
    }
  });

  it('makes a service name the customer it acts for', () => {
    expect(actingCustomer(service, 'u-1')).toBe('u-1');
    expect(() => actingCustomer(service, '')).toThrow('must name the customer');
  });
});
