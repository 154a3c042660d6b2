import { defineConfig } from 'vitest/config'

/** Next replaces `server-only` on the server; tests run there too. */
const alias = { 'server-only': new URL('./node_modules/server-only/empty.js', import.meta.url).pathname }

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{lib,components,app,commands}/**/*.test.{ts,tsx}', '*.test.ts'],
          exclude: ['**/*.store.test.ts', '**/*.wire.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'store',
          include: ['{lib,app,commands}/**/*.store.test.ts'],
          globalSetup: ['./lib/testing/store-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 90_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'world',
          include: ['e2e/world/**/*.test.ts', 'e2e/conformance/**/*.test.ts', '{lib,commands}/**/*.wire.test.ts'],
          testTimeout: 30_000,
        },
      },
    ],
  },
})
