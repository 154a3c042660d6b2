import { defineConfig } from 'vitest/config'

/** Next replaces `server-only` on the server; tests run there too. */
const alias = { 'server-only': new URL('./node_modules/server-only/empty.js', import.meta.url).pathname }

const HANGS_MS = 120_000

export default defineConfig({
  resolve: { alias },
  test: {
    // Limits end what hangs; how fast something must be is for the benches to say. A machine that runs all suites at once is slow.
    testTimeout: HANGS_MS,
    hookTimeout: HANGS_MS,
    expect: { poll: { timeout: HANGS_MS / 2, interval: 20 } },
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
        },
      },
      {
        extends: true,
        test: {
          name: 'world',
          include: ['e2e/world/**/*.test.ts', 'e2e/conformance/**/*.test.ts', '{lib,commands}/**/*.wire.test.ts'],
        },
      },
    ],
  },
})
