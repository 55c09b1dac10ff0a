/** `meridian serve` as a command, over a directory of its own. */
import { afterEach } from 'vitest'
import { exported, type Written } from '../../support/manifests.ts'
import { type Command, command, written } from '../../support/server.ts'
import type { Temporary } from '../../support/temporary.ts'

export const WEB = 'web.default.svc.clusterset.local'
export const SPEC: Written = {
  clusters: { east: { 'web.yaml': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) } },
  config: { log: { level: 'info' } },
}

/** What makes directories and starts commands in a file of tests: none of it is left after its test. */
export function serving() {
  const directories: Temporary[] = []
  const commands: Command[] = []
  afterEach(async () => {
    for (const { child } of commands.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
    await Promise.all(directories.splice(0).map((one) => one.close()))
  })
  const directory = async (spec: Written = SPEC) => {
    const made = await written(spec)
    directories.push(made)
    return made
  }
  const start = (args: readonly string[], cwd?: string): Command => {
    const started = command(args, cwd)
    commands.push(started)
    return started
  }
  return { directory, start }
}
