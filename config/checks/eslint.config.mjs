import path from 'node:path'
import { fileURLToPath } from 'node:url'
import reactHooks from 'eslint-plugin-react-hooks'
import regexp from 'eslint-plugin-regexp'
import tseslint from 'typescript-eslint'
import { longFunctions, smallFunctions } from './small-functions.mjs'
import { readProtocolErrorCodes } from './protocol-error-codes.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

const noEnv = {
  object: 'process',
  property: 'env',
  message:
    'one-reader-of-env: take it as an option; only src/env.ts, mock-server/kit/environment.ts, config/ and tests/support read the environment.',
}

const noStrayPlatform = ['wx', 'qq', 'window', 'document', 'location', 'navigator', 'localStorage'].map((name) => ({
  name,
  message: 'no-stray-platform: add what you need to the port in src/platform/types.ts.',
}))

const noTaroEnv = {
  selector: "MemberExpression[property.name='TARO_ENV']",
  message: 'no-stray-platform: platforms differ in src/platform only; add what you need to its port.',
}

const noBarrel = {
  selector: 'ExportAllDeclaration',
  message: 'no-barrels: import the file that holds it.',
}

const anyProtocolErrorCode = `/^(${readProtocolErrorCodes().join('|')})$/`
const noProtocolErrorCode = [
  `Literal[value=${anyProtocolErrorCode}]`,
  `TemplateElement[value.cooked=${anyProtocolErrorCode}]`,
  `Property > Identifier.key[name=${anyProtocolErrorCode}]`,
].map((selector) => ({
  selector,
  message: 'wire-stops-at-the-edge: map the error code to an outcome of the port in merchant/gateway (outcomes.ts).',
}))

export default tseslint.config(
  { ignores: ['dist/**', '.cache/**', '.data/**', 'node_modules/**', 'coverage/**'] },
  {
    files: ['{src,mock-server,tests,config}/**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended],
    plugins: { 'react-hooks': reactHooks, regexp },
    languageOptions: {
      parserOptions: { project: [path.join(root, 'config/checks/tsconfig.lint.json')], tsconfigRootDir: root },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': ['error', noBarrel],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
    },
  },
  {
    // What strangers' texts reach: a pattern must not need more than a few steps for each character.
    files: ['{src,mock-server}/**/*.{ts,tsx}'],
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
  {
    files: ['{src,mock-server,config}/**/*.{ts,tsx}'],
    plugins: { walls: { rules: { 'small-functions': smallFunctions(longFunctions) } } },
    rules: { 'walls/small-functions': 'error' },
  },
  {
    files: ['src/**/*.{ts,tsx}', 'mock-server/**/*.ts'],
    ignores: ['src/env.ts', 'src/platform/**', 'mock-server/kit/environment.ts'],
    rules: { 'no-restricted-properties': ['error', noEnv] },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/platform/**', 'src/env.ts'],
    rules: {
      'no-restricted-globals': ['error', ...noStrayPlatform],
      'no-restricted-syntax': ['error', noTaroEnv, noBarrel],
    },
  },
  {
    files: ['mock-server/merchant/**/*.ts'],
    ignores: ['mock-server/merchant/gateway/**'],
    rules: { 'no-restricted-syntax': ['error', noBarrel, ...noProtocolErrorCode] },
  },
  {
    // A type that carries the proof, or a check that throws with a reason, instead of a promise to the compiler.
    files: ['src/domain/**/*.ts', 'mock-server/merchant/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'error' },
  },
)
