import { type AccessRule, checkAccess } from './access-rule';
import { ANONYMOUS, type Principal } from './principal';

const user = (role: 'CUSTOMER' | 'ADMIN'): Principal => ({
  kind: 'user',
  userId: role,
  role,
  token: 't',
});
const service = (clientId: string): Principal => ({ kind: 'service', clientId, token: 't' });
const CALLERS = [
  ANONYMOUS,
  user('CUSTOMER'),
  user('ADMIN'),
  service('gateway'),
  service('reservation'),
  service('orders'),
];

const outcome = (rule: AccessRule, principal: Principal): string => {
  try {
    checkAccess(rule, principal);
    return 'ok';
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

const MISSING = 'TOKEN_MISSING';
const ADMIN = 'ADMIN_REQUIRED';
const SERVICE = 'SERVICE_REQUIRED';
const DENIED = 'PERMISSION_DENIED';
const LISTED = 'SERVICE_NOT_ALLOWED';

describe('access rules', () => {
  it.each<[string, AccessRule, readonly string[]]>([
    // Columns: anonymous, customer, administrator, gateway, reservation, a service of the operator
    ['anyone', 'open', ['ok', 'ok', 'ok', 'ok', 'ok', 'ok']],
    ['users', { users: 'any' }, [MISSING, 'ok', 'ok', DENIED, DENIED, DENIED]],
    ['administrators', { users: 'admin' }, [MISSING, ADMIN, 'ok', ADMIN, ADMIN, ADMIN]],
    ['services', { services: 'any' }, [MISSING, SERVICE, SERVICE, 'ok', 'ok', 'ok']],
    ['any token', { users: 'any', services: 'any' }, [MISSING, 'ok', 'ok', 'ok', 'ok', 'ok']],
    [
      'administrators and services',
      { users: 'admin', services: 'any' },
      [MISSING, ADMIN, 'ok', 'ok', 'ok', 'ok'],
    ],
    ['one component', { services: ['gateway'] }, [MISSING, SERVICE, SERVICE, 'ok', LISTED, LISTED]],
    [
      'administrators and one component',
      { users: 'admin', services: ['reservation'] },
      [MISSING, ADMIN, 'ok', LISTED, 'ok', LISTED],
    ],
  ])('a rule for %s admits exactly those callers', (_whom, rule, expected) => {
    expect(CALLERS.map((principal) => outcome(rule, principal))).toEqual(expected);
  });

  it('a service is admitted by its exact client id only', () => {
    const rule: AccessRule = { services: ['gateway'] };

    for (const id of ['', 'Gateway', 'gateway ', 'gate', 'gateway-2', 'users', 'any']) {
      expect(outcome(rule, service(id))).toBe(LISTED);
    }
  });
});
