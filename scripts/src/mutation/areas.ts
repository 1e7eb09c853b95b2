/**
 * Sources of one package. They are mutated in a separate run, so that only the package's own tests
 * judge them.
 */
export interface MutationPart {
  readonly name: string;
  /** Relative to the repository root. */
  readonly files: readonly string[];
}

/** A part of the system where a fault would cost units, money or trust. */
export interface MutationArea {
  readonly name: string;
  readonly parts: readonly MutationPart[];
}

const inFolder = (folder: string, names: readonly string[]): readonly string[] =>
  names.map((name) => `${folder}/${name}.ts`);

const SAGA: MutationArea = {
  name: 'saga',
  parts: [
    {
      name: 'reservation',
      files: [
        ...inFolder('services/reservation/src/application', [
          'reserve',
          'resolve-reservation',
          'confirm-reservation',
          'cancel-reservation',
          'settle-hold',
          'expire-reservations',
          'reservation-writer',
        ]),
        ...inFolder('services/reservation/src/domain', [
          'hold-verdict',
          'reservation',
          'reservation-errors',
          'reservation-id',
        ]),
      ],
    },
    {
      name: 'catalog',
      files: [
        ...inFolder('services/catalog/src/domain', ['stock-batch', 'stock-line', 'hold']),
        ...inFolder('services/catalog/src/application', [
          'stock-writer',
          'known-stock',
          'one-at-a-time',
          'decrement-stock',
          'settle-holds',
        ]),
      ],
    },
    {
      name: 'expiry-worker',
      files: inFolder('services/expiry-worker/src/application', [
        'settle-batch',
        'settle-holds',
        'isolate-faults',
        'sweep-overdue-holds',
      ]),
    },
  ],
};

const GROUP_COMMIT: MutationArea = {
  name: 'group-commit',
  parts: [
    {
      name: 'group-commit',
      files: inFolder('packages/rpc/src/group-commit', ['group-commit', 'waiting-line']),
    },
  ],
};

const TOKENS: MutationArea = {
  name: 'tokens',
  parts: [
    {
      name: 'identity',
      files: inFolder('packages/identity/src', [
        'token-verifier',
        'token-claims',
        'access-rule',
        'service-token-source',
      ]),
    },
    {
      name: 'reservation',
      files: inFolder('services/reservation/src/grpc', ['acting-customer']),
    },
    {
      name: 'auth',
      files: [
        ...inFolder('services/auth/src/application', [
          'issue-access-token',
          'issue-service-token',
          'refresh-session',
          'revoke-session',
          'key-ring',
        ]),
        ...inFolder('services/auth/src/crypto', [
          'jwt.signer',
          'refresh-token.source',
          'service-client.directory',
        ]),
        ...inFolder('services/auth/src/domain', ['session', 'signing-key']),
      ],
    },
  ],
};

export const MUTATION_AREAS: readonly MutationArea[] = [SAGA, GROUP_COMMIT, TOKENS];
