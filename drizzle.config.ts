import { defineConfig } from 'drizzle-kit'

/** `drizzle-kit generate` writes the next migration from the schema; what it cannot say is written by hand with `--custom`. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './lib/store/*schema.ts',
  out: './lib/store/migrations',
})
