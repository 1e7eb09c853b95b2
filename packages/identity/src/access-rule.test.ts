import { SCOPES, type Scope } from '@flashreserve/contracts';
import { type AccessRule, checkAccess, needsOpenSession } from './access-rule';
import { ANONYMOUS, type Principal, type UserRole } from './principal';

const user = (role: UserRole): Principal => ({
  kind: 'user',
  userId: role,
  role,
  token: 't',
});
const service = (clientId: string): Principal => ({ kind: 'service', clientId, token: 't' });
const client = (...scopes: readonly Scope[]): Principal => ({
  kind: 'client',
  clientId: 'shop',
  name: 'Shop',
  scopes: new Set(scopes),
  token: 't',
  sessionId: 's',
  expiresAt: new Date(),
});
const SCOPE_NAMES = Object.keys(SCOPES) as readonly Scope[];
const CALLERS = [
  ANONYMOUS,
  user('GUEST'),
  user('CUSTOMER'),
  user('ADMIN'),
  client('products:write'),
  client('reservations:read', 'reservations:write'),
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
const SCOPE = 'SCOPE_REQUIRED';

describe('access rules', () => {
  it.each<[string, AccessRule, readonly string[]]>([
    // Columns: anonymous, guest, customer, administrator, a client with products:write, one with
    // both scopes of reservations but confirm, gateway, reservation, a service of the operator
    ['anyone', 'open', ['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok']],
    [
      'users',
      { users: 'any' },
      [MISSING, 'ok', 'ok', 'ok', DENIED, DENIED, DENIED, DENIED, DENIED],
    ],
    [
      'administrators',
      { users: 'admin' },
      [MISSING, ADMIN, ADMIN, 'ok', ADMIN, ADMIN, ADMIN, ADMIN, ADMIN],
    ],
    [
      'services',
      { services: 'any' },
      [MISSING, SERVICE, SERVICE, SERVICE, SERVICE, SERVICE, 'ok', 'ok', 'ok'],
    ],
    [
      'users and services',
      { users: 'any', services: 'any' },
      [MISSING, 'ok', 'ok', 'ok', DENIED, DENIED, 'ok', 'ok', 'ok'],
    ],
    [
      'any token',
      { users: 'any', services: 'any', clients: 'reservations:read' },
      [MISSING, 'ok', 'ok', 'ok', SCOPE, 'ok', 'ok', 'ok', 'ok'],
    ],
    [
      'administrators and services',
      { users: 'admin', services: 'any' },
      [MISSING, ADMIN, ADMIN, 'ok', ADMIN, ADMIN, 'ok', 'ok', 'ok'],
    ],
    [
      'one component',
      { services: ['gateway'] },
      [MISSING, SERVICE, SERVICE, SERVICE, SERVICE, SERVICE, 'ok', LISTED, LISTED],
    ],
    [
      'administrators and one component',
      { users: 'admin', services: ['reservation'] },
      [MISSING, ADMIN, ADMIN, 'ok', ADMIN, ADMIN, LISTED, 'ok', LISTED],
    ],
    [
      'clients',
      { clients: 'reservations:write' },
      [MISSING, DENIED, DENIED, DENIED, SCOPE, 'ok', DENIED, DENIED, DENIED],
    ],
    [
      'users and clients',
      { users: 'any', clients: 'reservations:write' },
      [MISSING, 'ok', 'ok', 'ok', SCOPE, 'ok', DENIED, DENIED, DENIED],
    ],
    [
      'administrators and clients',
      { users: 'admin', clients: 'products:write' },
      [MISSING, ADMIN, ADMIN, 'ok', 'ok', SCOPE, ADMIN, ADMIN, ADMIN],
    ],
    [
      'clients and one component',
      { services: ['gateway'], clients: 'products:write' },
      [MISSING, SERVICE, SERVICE, SERVICE, 'ok', SCOPE, 'ok', LISTED, LISTED],
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

  it('a client is admitted by the one scope of the rule only, and told which it is', () => {
    for (const scope of SCOPE_NAMES) {
      const others = client(...SCOPE_NAMES.filter((other) => other !== scope));
      const rule: AccessRule = { clients: scope };

      expect(outcome(rule, client(scope))).toBe('ok');
      expect(() => {
        checkAccess(rule, others);
      }).toThrow(expect.objectContaining({ reason: SCOPE, metadata: { scope } }));
    }
  });

  it('a name never makes a caller of another kind', () => {
    const named = { ...client('products:write'), clientId: 'gateway' } as Principal;

    expect(outcome({ services: ['gateway'] }, named)).toBe(SERVICE);
    expect(outcome({ users: 'admin' }, named)).toBe(ADMIN);
    expect(outcome({ clients: 'products:write' }, service('shop'))).toBe(DENIED);
  });

  it('sessions are confirmed for calls of administrators, and of clients in their place', () => {
    const rule: AccessRule = { users: 'admin', services: 'any', clients: 'products:write' };

    expect(
      CALLERS.filter((caller) => needsOpenSession(rule, caller)).map(({ kind }) => kind),
    ).toEqual(['user', 'user', 'user', 'client', 'client']);
    for (const other of ['open', { users: 'any', clients: 'products:write' }] as const) {
      expect(CALLERS.some((caller) => needsOpenSession(other, caller))).toBe(false);
    }
  });
});
