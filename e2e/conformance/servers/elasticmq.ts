import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

import { findFreePort, hasProgram, runProgram, startChildServer } from '#e2e/conformance/child-server.ts'
import { COMPAT_CACHE } from '#e2e/conformance/compat-server.ts'
import type { CompatServer } from '#e2e/conformance/compat-server.ts'

const VERSION = '1.7.1'
const folder = resolve(COMPAT_CACHE, `elasticmq-${VERSION}`)

/** ElasticMQ from Maven Central, fetched once; needs Java and Maven. */
export const elasticmq: CompatServer = {
  name: 'elasticmq',
  version: VERSION,
  async start() {
    if (!hasProgram('java', '-version')) return { skipped: 'Java is not installed' }
    const problem = install()
    if (problem !== undefined) return { skipped: problem }
    const port = await findFreePort()
    const config = join(folder, `server-${port}.conf`)
    writeFileSync(config, configuration(port))
    const classes = `lib${delimiter}lib/*`.replaceAll('lib', join(folder, 'lib'))
    const args = [`-Dconfig.file=${config}`, '-cp', classes, 'org.elasticmq.server.Main']
    const server = await startChildServer('java', args, `http://127.0.0.1:${port}`)
    const stop = async (): Promise<void> => {
      await server.stop()
      rmSync(config, { force: true })
    }
    return { ...server, stop }
  },
}

/** Why it could not be fetched, undefined when it is there. */
function install(): string | undefined {
  if (existsSync(join(folder, 'lib', `elasticmq-server_3-${VERSION}.jar`))) return undefined
  if (!hasProgram('mvn', '-version')) return 'Maven, which fetches ElasticMQ, is not installed'
  mkdirSync(folder, { recursive: true })
  const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>spillway</groupId><artifactId>elasticmq-fetch</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>org.elasticmq</groupId><artifactId>elasticmq-server_3</artifactId><version>${VERSION}</version>
  </dependency></dependencies>
</project>
`
  writeFileSync(join(folder, 'pom.xml'), pom)
  const goal = ['-B', '-q', 'dependency:copy-dependencies', '-DoutputDirectory=lib', '-DincludeScope=runtime']
  const problem = runProgram('mvn', goal, folder)
  return problem === undefined ? undefined : `ElasticMQ ${VERSION} could not be fetched: ${problem}`
}

function configuration(port: number): string {
  return `include classpath("application.conf")
node-address { protocol = http, host = "127.0.0.1", port = ${port}, context-path = "" }
rest-sqs { enabled = true, bind-port = ${port}, bind-hostname = "127.0.0.1", sqs-limits = strict }
rest-stats { enabled = false }
`
}
