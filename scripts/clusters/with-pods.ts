/** Three clusters whose Pods run, and the README's way through them. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from '../../test/e2e/ground/index.ts'
import { atExit } from '../../test/e2e/ground/scene.ts'
import { CLUSTER_IDS, section, startShipyards, writeDesk } from '../../test/e2e/support/ship/index.ts'

/** Where the README says that everything is that a person works with. */
const PLACE = '/run/meridian-clusters'

const PROGRAMS = [
  ...['tether', 'credentials', 'mcs-crds', 'container', 'kubelet-api'],
  ...['etcd', 'kube-apiserver', 'coredns', 'helm', 'kubectl'],
] as const

export async function startWithPods(): Promise<void> {
  takePlace()
  for (const name of PROGRAMS) await build(name, console.log)
  console.log('starting three clusters …')
  const { yards } = await startShipyards(CLUSTER_IDS)
  await writeDesk(yards, PLACE)
  for (const { id, cluster, pods } of yards) console.log(`${id}  ${cluster.url}  ${pods.logs}/*.log`)
  console.log(`\nIn another terminal, as root and in the checkout:\n${fromEnteringOn()}`)
}

/** One run at a time: its names are the same for everybody. */
function takePlace(): void {
  const pidFile = join(PLACE, 'pid')
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : undefined
  if (pid !== undefined && existsSync(`/proc/${pid}`))
    throw new Error(`npm run clusters is at work already, as process ${pid}: end that one first`)
  rmSync(PLACE, { recursive: true, force: true })
  mkdirSync(PLACE, { mode: 0o700 })
  writeFileSync(pidFile, String(process.pid))
  atExit(() => rmSync(PLACE, { recursive: true, force: true }))
}

/** The README's section without how to come to where we are. */
function fromEnteringOn(): string {
  const text = section()
  return text
    .slice(text.indexOf(`. ${PLACE}/env`))
    .replace(/\n```(sh)?/g, '')
    .replace(/\[(.*?)\]\(.*?\)/g, '$1')
}
