import type { CompatServer } from './compat-server.ts'
import { elasticmq } from './servers/elasticmq.ts'
import { fauxqs } from './servers/fauxqs.ts'
import { localAwsSqs } from './servers/local-aws-sqs.ts'
import { moto } from './servers/moto.ts'
import { ours } from './servers/ours.ts'

/** The columns of the matrix. */
export const ALL_SERVERS: readonly CompatServer[] = [ours, fauxqs, localAwsSqs, elasticmq, moto]
