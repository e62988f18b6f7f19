import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/**
 * Which layer may import which. `target` may not import `from`, except for the folders in `except`.
 * The same rule is held by one tsconfig per layer; lint names the offending line.
 */
const layers = [
  { target: './src-main/shared', from: './src-main', except: ['./shared'] },
  { target: './src-main/client', from: './src-main', except: ['./client', './shared'] },
  { target: './src-main/sdk/node', from: './src-main', except: ['./sdk/node', './client', './shared'] },
  { target: './src-main/sdk/browser', from: './src-main', except: ['./sdk/browser', './client', './shared'] },
  { target: './src-main/gateway', from: './src-main', except: ['./gateway', './shared'] },
  { target: './src-main/discovery', from: './src-main', except: ['./discovery', './shared'] },
  { target: './src-main/preload', from: './src-main', except: ['./preload', './shared'] },
  {
    target: './src-main/cli',
    from: './src-main',
    except: ['./cli', './client', './discovery', './gateway', './shared'],
  },
  {
    target: './src-main/desktop',
    from: './src-main',
    except: ['./desktop', './ipc', './client', './discovery', './gateway', './shared'],
  },
  {
    target: './src-main/ipc',
    from: './src-main',
    except: ['./ipc', './desktop', './client', './gateway', './shared'],
  },
  { target: './src-main', from: './src-renderer' },
  { target: './src-renderer', from: './src-main', except: ['./client', './shared'] },
];

const noElectron = {
  'no-restricted-imports': [
    'error',
    { paths: [{ name: 'electron', message: 'Only main.ts, desktop, ipc and preload may import electron.' }] },
  ],
};

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'coverage/', 'node_modules/'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname ?? process.cwd() },
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: layers }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    files: [
      'src-main/{shared,client,sdk,gateway,discovery,cli}/**/*.ts',
      'src-main/cli.ts',
      'src-renderer/**/*.{ts,tsx}',
    ],
    rules: noElectron,
  },
  {
    files: ['src-renderer/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: reactHooks.configs.recommended.rules,
  },
  {
    files: ['test/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      'no-console': 'off',
    },
  },
  { files: ['**/*.mjs', '**/*.cjs'], extends: [tseslint.configs.recommended] },
);
