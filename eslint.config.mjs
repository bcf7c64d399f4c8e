// Lint rules; the last block holds the project's import directions (README, "The rooms").
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What each room must not import. */
const forbidden = {
  'native-structs': ['cli', 'ioctl', 'kernel', 'datapath', 'l2tpd', 'linux', 'demo'],
  'src/cli': ['kernel', 'datapath', 'l2tpd', 'linux', 'demo'],
  'src/ioctl': ['cli', 'kernel', 'datapath', 'l2tpd', 'linux', 'demo'],
  'src/kernel': ['cli', 'ioctl', 'l2tpd', 'demo'],
  'src/datapath': ['cli', 'ioctl', 'kernel', 'l2tpd', 'native-structs', 'demo'],
  'src/linux': ['cli', 'ioctl', 'kernel', 'datapath', 'l2tpd', 'native-structs', 'demo'],
  'src/l2tpd': ['cli', 'demo'],
};

export default defineConfig(
  { ignores: ['dist/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/prefer-literal-enum-member': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['src/drop-in/*', '**/*.cjs'],
    languageOptions: {
      globals: {
        require: 'readonly',
        module: 'writable',
        process: 'writable',
        console: 'readonly',
        __dirname: 'readonly',
        __filename: 'readonly',
      },
    },
  },
  ...Object.entries(forbidden).map(([room, others]) => ({
    files: [`${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^\\.\\.?/.*\\b(${others.join('|')})/`,
              message: 'import direction: see eslint.config.mjs',
            },
          ],
        },
      ],
    },
  })),
);
