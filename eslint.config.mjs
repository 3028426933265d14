import js from '@eslint/js'
import lit from 'eslint-plugin-lit'
import litA11y from 'eslint-plugin-lit-a11y'
import wc from 'eslint-plugin-wc'
import globals from 'globals'
import tseslint from 'typescript-eslint'

const TYPESCRIPT = ['**/*.ts']
const SHIPPED = ['packages/*/src/**/*.ts']
const ELEMENTS = ['packages/{element,demo}/src/**/*.ts']

export default tseslint.config(
  {
    ignores: ['**/dist/**', '**/node_modules/**', '**/coverage/**', '.lintas/**', 'docs/reference/**', 'models/build/**', 'test/*/fixtures/**'],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  { files: ['**/*.mjs'], languageOptions: { globals: { ...globals.node } } },
  {
    // Pages and harnesses that run in the browser though they are plain scripts.
    files: ['packages/demo/**/*.{js,mjs}', 'test/{evaluation,bench,e2e}/**/*.{js,mjs}'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
  {
    files: TYPESCRIPT,
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidOperator: true }],
      // `() => void start()` says that the result is not wanted, whether it is a promise or nothing.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }],
      // An index signature may only be read with brackets (noPropertyAccessFromIndexSignature); tsc checks it.
      '@typescript-eslint/dot-notation': 'off',
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Export by name.' }],
    },
  },
  {
    files: SHIPPED,
    rules: {
      'no-console': 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
      'max-lines': ['error', 300],
      // 40 lines of body, and the two that open and close it; test/architecture counts bodies exactly.
      'max-lines-per-function': ['error', { max: 42 }],
    },
  },
  {
    files: ELEMENTS,
    extends: [lit.configs['flat/recommended'], wc.configs['flat/recommended']],
    plugins: { 'lit-a11y': litA11y },
    rules: { ...litA11y.configs.recommended.rules, 'wc/guard-super-call': 'off' },
  },
  {
    files: ['packages/server/src/main.ts', 'packages/core/bin/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // chai's `expect(x).to.be.true` is an expression.
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  { files: ['*.config.ts', '*.config.mjs', '**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
)
