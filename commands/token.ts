import { existsSync } from 'node:fs'
import { parseTokenArguments, TOKEN_USAGE } from './token-arguments.ts'
import { orderTokens } from './order-tokens.ts'
import { renderTokenAnswer } from './render-token-answer.ts'
import { getEnv } from '#lib/config/env.ts'
import { AppError } from '#lib/domain/errors.ts'
import { closeDb } from '#lib/store/db.ts'

// Makes, lists and revokes tokens:
//   npm run token -- wall "Kitchen screen"      npm run token -- ingest "Deploy pipeline"
//   npm run token -- list                       npm run token -- revoke <id>

if (existsSync('.env')) process.loadEnvFile('.env')
const order = parseTokenArguments(process.argv.slice(2))
if (order === null) {
  console.error(TOKEN_USAGE)
  process.exit(2)
}
try {
  const answer = await orderTokens(order, getEnv())
  console.log(renderTokenAnswer(order, answer, getEnv().SPILLWAY_URL))
} catch (error) {
  if (!(error instanceof AppError)) throw error
  console.error(error.message)
  process.exitCode = 1
} finally {
  await closeDb()
}
