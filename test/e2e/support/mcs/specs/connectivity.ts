/** Who answers at the other end: connections from Pods of both clusters, by the service's name. */

import { expect } from 'vitest'
import { serviceExport, TCP } from '../objects.ts'
import type { World } from '../world.ts'
import type { Spec } from './spec.ts'

const ZONE = 'clusterset.local'
const TRIES = 20
const TIMES = 10
const MOVED = { ...TCP, port: 4242, targetPort: 42 }

export const CONNECTIVITY: readonly Spec[] = [
  {
    title: 'a service that is not exported is not to be reached',
    labels: ['Required', 'Connectivity'],
    setting: { exported: false },
    passesOnSilence: true,
    check: async (world) => {
      for (const member of world.members)
        for (let i = 0; i < TRIES; i++)
          expect(await member.run('sh', '-c', talk(world, ZONE, 42))).not.toContain('pod ip')
    },
  },
  {
    title: 'an exported service is reached by its name',
    labels: ['Optional', 'Connectivity', 'ClusterIP'],
    check: (world) => reach(world, 42, 'pod ip', 1),
  },
  {
    title: 'a service of two clusters that one exports is reached there alone',
    labels: ['Optional', 'Connectivity', 'ClusterIP'],
    setting: { second: { service: {}, exported: false }, exported: false },
    check: async (world) => {
      await world.first.create(serviceExport({}))
      await reach(world, 42, await answerOf(world, 'first'), TIMES)
    },
  },
  {
    title: 'of one port name with two numbers, the older is reached, in the cluster that has it',
    labels: ['Optional', 'Connectivity', 'ClusterIP', 'StrictPortConflict'],
    setting: { second: { service: { ports: [MOVED] }, exported: true } },
    check: async (world) => reach(world, 42, await answerOf(world, 'first'), TIMES),
  },
  {
    title: 'of two port names each is reached in the cluster that has it',
    labels: ['Optional', 'Connectivity', 'ClusterIP', 'StrictPortConflict'],
    setting: { second: { service: { ports: [{ ...MOVED, name: 'tcp2' }] }, exported: true } },
    check: async (world) => {
      await reach(world, 42, await answerOf(world, 'first'), TIMES)
      await reach(world, 4242, await answerOf(world, 'second'), TIMES)
    },
  },
]

/** A command that a Pod runs: whoever answers says `pod ip` and its own. */
export const talk = (world: World, zone: string, port: number, family: 4 | 6 = 4): string =>
  `echo hi | nc -v -w 2 -${family} ${world.nameIn(zone)} ${port} 2>&1`

/** From both clusters. */
async function reach(world: World, port: number, text: string, times: number): Promise<void> {
  for (const member of world.members) {
    expect(await world.families(member)).toContain('IPv4')
    await world.says(member, talk(world, ZONE, port), text, times)
  }
}

/** What the Pod of that cluster says. */
const answerOf = (world: World, which: 'first' | 'second'): Promise<string> =>
  world.soon('the Pod has an address', async () => {
    const [address] = await world[which].podAddresses()
    if (address === undefined) throw new Error('no Pod')
    return `pod ip ${address}`
  })
