// Biome formats and lints everything. This one rule set stays with typescript-eslint, because only its
// type information finds promises and Mongoose queries that nobody waits for.
import tseslint from 'typescript-eslint';

export default [
  { ignores: ['**/dist/**', '**/gen/**', '**/node_modules/**'] },
  {
    files: [
      'docs/examples/**/*.ts',
      'packages/*/src/**/*.ts',
      'services/*/src/**/*.ts',
      'gateway/src/**/*.ts',
      'scripts/src/**/*.ts',
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
];
