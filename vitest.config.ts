import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// Tests in Node read the sources, so that a failing line is a line somebody wrote; browser, e2e and packaging tests use what is built.
const alias = [
  { find: /^@lintas\/core$/, replacement: at('packages/core/src/index.ts') },
  { find: /^@lintas\/core\/node$/, replacement: at('packages/core/src/node.ts') },
  { find: /^@lintas\/core\/(?!package\.json)(.+)$/, replacement: at('packages/core/src/$1/index.ts') },
  { find: /^@lintas\/element$/, replacement: at('packages/element/src/index.ts') },
  { find: /^@lintas\/server$/, replacement: at('packages/server/src/index.ts') },
]
const exclude = ['**/node_modules/**', '**/dist/**']

export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['packages/*/test/**/*.test.ts', 'test/{conformance,evaluation,attacks,server}/**/*.test.ts'],
          exclude,
          testTimeout: 30_000,
          // Not set, vitest leaves a core idle: of two, one.
          maxWorkers: '100%',
          // A database that opens takes seconds, and longer beside others on few cores.
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'], exclude, testTimeout: 60_000 } },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e.ts'],
          exclude,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: 'packaging',
          include: ['test/packaging/**/*.test.ts'],
          exclude,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
