import { setTimeout as sleep } from 'node:timers/promises'
import type { Meridian } from '../../meridian.ts'
import { printName } from '../../values/dns/index.ts'
import { baseOf } from '../../world/zone/index.ts'
import { VERSION } from './version.ts'

/**
 * `dig` lines for a service that is there, once names are answered: the clusters have been read, or `startup.timeout` is
 * over. Waiting for that keeps no process that has stopped.
 */
export async function printTries(
  { bound, world }: Pick<Meridian, 'bound' | 'world'>,
  pauseMs = 50,
): Promise<void> {
  while (!world().settled) await sleep(pauseMs, undefined, { ref: false })
  const { settings, entries } = world()
  const exported = [...entries]
    .map(([, entry]) => entry)
    .filter((entry) => entry.import?.type === 'ClusterSetIP')
  const entry = exported.find(({ key }) => key === 'default/web') ?? exported[0]
  const socket = bound.find(({ transport }) => !transport.isStream)
  if (entry === undefined || socket === undefined) return
  const dig = `dig @${socket.host} -p ${socket.port}`
  const { name, namespace } = entry
  const global =
    settings.global === null
      ? []
      : [`${dig} ${printName(baseOf(entry, { kind: 'global', name: settings.global }))} SRV`]
  const lines = [
    `${dig} ${printName(baseOf(entry, { kind: 'clusterset', name: settings.clusterset }))}`,
    ...global,
    `${dig} +tcp ${printName(`${name}.${namespace}._explain.${settings.clusterset}`)} TXT`,
  ]
  console.log(`Meridian ${VERSION} is answering. Try:\n${lines.map((line) => `  ${line}\n`).join('')}`)
}
