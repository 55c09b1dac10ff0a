/** A server as a command, whose configuration a test writes anew. */
import { afterEach } from 'vitest'
import { exported, meridianYaml, type Written } from '../../support/manifests.ts'
import { type Command, command, listening, MERIDIAN, written } from '../../support/server.ts'
import { until } from '../../support/sockets.ts'
import type { Temporary } from '../../support/temporary.ts'

export const WEB = 'web.default.svc.clusterset.local'
const web = (clusterIP: string, pod: string) => ({
  'web.yaml': exported({ name: 'web', clusterIP, pods: [pod] }),
})
export const SPEC: Written = {
  clusters: { east: web('10.101.0.1', '10.1.0.1'), west: web('10.102.0.1', '10.2.0.1') },
  config: { log: { level: 'info' } },
}

/** What starts servers in a file of tests, each of which ends with its test. */
export function reloadable() {
  let started: Command | undefined
  let place: Temporary | undefined
  afterEach(async () => {
    started?.child.kill('SIGKILL')
    await place?.close()
  })
  const begin = (directory: Temporary): Command => {
    place = directory
    started = command([MERIDIAN, 'serve', '--drain', '0s'], directory.path)
    return started
  }
  const serve = async () => {
    const directory = await written(SPEC)
    const running = begin(directory)
    const server = await listening(running)
    await server.ready()
    const configure = async (config: Written['config'], clusters = SPEC.clusters) => {
      await directory.write(
        'meridian.yaml',
        meridianYaml({ clusters, config: { ...SPEC.config, ...config } }),
      )
    }
    const said = (text: string) => until(() => running.err.includes(text), `"${text}" in the log`)
    const hangUp = () => running.child.kill('SIGHUP')
    return { ...server, directory, configure, said, hangUp, log: () => running.err }
  }
  return { begin, serve }
}
