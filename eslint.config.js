import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { noLiteralText } from './scripts/eslint/no-literal-text.js';

/** Modules that only one environment may import; everything else is a layering error (docs/architecture.md). */
const uiModules = ['react', 'react-dom', 'react-dom/*', '@mui/*', '@emotion/*', 'zustand', '@trpc/client'];

/** A lint rule that bans imports of the given modules: by their whole name, those with an asterisk by pattern. */
const ban = (modules, message) => {
  const paths = modules.filter((name) => !name.includes('*')).map((name) => ({ name, message }));
  const group = modules.filter((name) => name.includes('*'));
  return { 'no-restricted-imports': ['error', { paths, patterns: [{ group, message }] }] };
};

export default tseslint.config(
  {
    ignores: [
      'build/**',
      'dist/**',
      'node_modules/**',
      'test-results/**',
      'playwright-report/**',
      '.dependency-cruiser.cjs',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.node.json', './tsconfig.mixed.json', './tsconfig.web.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'CatchClause > BlockStatement[body.length=0]', message: 'An empty catch swallows the error.' },
        { selector: 'TSEnumDeclaration', message: 'Use a string union.' },
      ],
    },
  },
  {
    files: ['electron/core/**/*.ts', 'electron/portal/**/*.ts'],
    rules: { 'no-console': 'error', ...ban(['electron', ...uiModules], 'The core and the portal are plain Node.') },
  },
  {
    files: ['shared/**/*.ts'],
    ignores: ['shared/**/*.test.ts'],
    rules: ban(['electron', 'node:*', 'ws', 'ssh2', 'undici', ...uiModules], 'shared/ has no I/O and no platform.'),
  },
  {
    files: ['renderer/**/*.ts', 'renderer/**/*.tsx'],
    ignores: ['renderer/vite.config.ts'],
    plugins: { 'react-hooks': hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      // Warns of libraries that the React Compiler passes over; it is not used here.
      'react-hooks/incompatible-library': 'off',
      'no-console': 'error',
      ...ban(['electron', 'node:*', 'ws', 'ssh2', 'undici'], 'The renderer is a browser program.'),
    },
  },
  {
    files: ['renderer/**/*.tsx'],
    ignores: ['renderer/**/*.test.tsx', 'renderer/**/testing/**'],
    plugins: { virtdeck: { rules: { 'no-literal-text': noLiteralText } } },
    rules: { 'virtdeck/no-literal-text': 'error' },
  },
  {
    files: ['**/*.test.ts', '**/*.test.tsx', 'e2e/**/*.ts'],
    rules: {
      'no-console': 'off',
      'no-restricted-imports': 'off',
      // A probe component tells the test what it sees.
      'react-hooks/globals': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'max-lines': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        performance: 'readonly',
        fetch: 'readonly',
        Buffer: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
);
