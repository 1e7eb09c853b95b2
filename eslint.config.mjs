// Biome formats and lints everything. This one rule set stays with typescript-eslint, because only
// its type information finds promises and Mongoose queries that nobody waits for, and Biome has no
// rule against one property of a global.
import tseslint from 'typescript-eslint';

export default [
  { ignores: ['**/dist/**', '**/gen/**', '**/node_modules/**'] },
  {
    files: [
      'docs/examples/**/*.ts',
      'packages/*/src/**/*.ts',
      'services/*/src/**/*.ts',
      'gateway/src/**/*.ts',
      'scripts/{packed,src}/**/*.ts',
      'test/**/*.ts',
    ],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { checkThenables: true }],
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
  {
    files: [
      'packages/{audit,ops,rpc,identity,store,live-page}/src/**/*.ts',
      'services/*/src/**/*.ts',
      'gateway/src/**/*.ts',
      'scripts/src/**/*.ts',
      'test/{bench,chaos,model,support}/**/*.ts',
    ],
    ignores: ['packages/ops/src/deadline/**', '**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'Promise',
          property: 'race',
          message: 'Waits with a limit go through packages/ops/src/deadline.',
        },
      ],
    },
  },
];
