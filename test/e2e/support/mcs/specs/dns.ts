/** What names say inside Pods of both clusters: KEP-1645, "DNS", and its specification. */

import { expect } from 'vitest'
import type { Member, Slice } from '../member.ts'
import { sourceOf } from '../member.ts'
import { deployment, statefulSet } from '../objects.ts'
import { specOf, type World } from '../world.ts'
import type { Spec } from './spec.ts'

const ZONE = 'clusterset.local'
const PODS = 2
const TYPES: Readonly<Record<string, string>> = { IPv4: 'A', IPv6: 'AAAA' }

export const DNS: readonly Spec[] = [
  {
    title: 'the name of a ClusterIP service has its clusterset addresses',
    labels: ['Optional', 'DNS', 'ClusterIP'],
    check: async (world) => {
      for (const member of world.members) {
        const found = await world.imported(member, (one) =>
          expect(specOf(one)['ips']).toEqual([expect.any(String)]),
        )
        for (const ip of [specOf(found)['ips']].flat())
          await world.says(member, lookUp(world.nameIn(ZONE), typeOf(String(ip))), String(ip))
      }
    },
  },
  {
    title: 'the name of a ClusterIP service has one SRV record, to itself',
    labels: ['Optional', 'DNS', 'ClusterIP'],
    check: async (world) => {
      for (const member of world.members)
        await srvRecords(world, member, (found) =>
          expect(found).toEqual([{ port: 42, target: world.nameIn(ZONE) }]),
        )
    },
  },
  {
    title: 'the name in cluster.local stays the local service',
    labels: ['Optional', 'DNS', 'ClusterIP'],
    passesOnSilence: true,
    check: async (world) => {
      const own = await world.first.service()
      const ip = own === undefined ? '' : String(specOf(own)['clusterIP'])
      expect(ip).toMatch(/^[\d.]+$/)
      await world.says(world.first, lookUp(world.nameIn('cluster.local'), typeOf(ip)), ip)
    },
  },
  {
    title: 'the name of a headless service has the addresses of all its ready Pods, and each once',
    labels: ['Optional', 'DNS', 'Headless'],
    setting: { service: { clusterIP: 'None' }, pods: deployment(PODS) },
    check: async (world) => {
      for (const member of world.members) {
        for (const family of await world.families(member)) {
          const pods = await readyAddresses(world, family)
          await hasAddresses(world, member, world.nameIn(ZONE), family, pods)
        }
      }
    },
  },
  {
    title: 'each Pod of a headless StatefulSet has a name of its own, under its cluster’s',
    labels: ['Optional', 'DNS', 'Headless', 'EndpointSlice'],
    setting: { service: { clusterIP: 'None' }, pods: statefulSet(PODS) },
    check: async (world) => {
      for (const member of world.members)
        for (const family of await world.families(member)) {
          const slice = await world.mcsSlice(member, family, isComplete)
          for (const { hostname, addresses } of slice.endpoints) {
            const name = `${hostname}.${sourceOf(slice)}.${world.nameIn(ZONE)}`
            await hasAddresses(world, member, name, family, addresses)
          }
        }
    },
  },
  {
    title: 'the name of a headless service has one SRV record for each Pod',
    labels: ['Optional', 'DNS', 'Headless'],
    setting: { service: { clusterIP: 'None' }, pods: deployment(PODS) },
    check: async (world) => {
      const pods = await readyAddresses(world, 'IPv4')
      for (const member of world.members)
        await srvRecords(world, member, (found) => {
          expect(found).toHaveLength(pods.length)
          for (const address of pods) {
            const label = address.replaceAll('.', '-')
            const own = found.find(({ target }) => target.startsWith(`${label}.`))
            expect(own, `${label} in ${JSON.stringify(found)}`).toMatchObject({ port: 42 })
          }
        })
    },
  },
]

/** A command that a Pod runs. */
export const lookUp = (name: string, type: string): string => `nslookup -type=${type} ${name}.`

const typeOf = (ip: string): string => (ip.includes(':') ? 'AAAA' : 'A')

function isComplete({ endpoints }: Slice): void {
  expect(endpoints).toHaveLength(PODS)
  for (const one of endpoints)
    expect(one).toMatchObject({ ready: true, hostname: expect.stringMatching(/./) })
}

/** Of the Pods in the cluster that exports, as its own controller has them. */
function readyAddresses(world: World, family: string): Promise<string[]> {
  return world.soon('all Pods are ready', async () => {
    const all = (await world.first.ownSlices()).filter((one) => one.family === family)
    const endpoints = all.flatMap((one) => one.endpoints)
    expect(endpoints.map(({ ready }) => ready)).toEqual(Array.from({ length: PODS }, () => true))
    return endpoints.flatMap(({ addresses }) => addresses)
  })
}

/** In a Pod of that cluster, and no others. */
export async function hasAddresses(
  world: World,
  member: Member,
  name: string,
  family: string,
  addresses: readonly string[],
): Promise<void> {
  await world.soon(`${name} in ${member.id}`, async () => {
    const out = await member.run('sh', '-c', lookUp(name, TYPES[family] ?? ''))
    const found = [...out.matchAll(/Name:.*\s+Address:\s*(\S+)/g)].map(([, address]) => address)
    expect(found.sort(), out).toEqual([...addresses].sort())
  })
}

interface Srv {
  readonly port: number
  readonly target: string
}

async function srvRecords(
  world: World,
  member: Member,
  verify: (found: readonly Srv[]) => void,
): Promise<void> {
  await world.soon(`SRV records in ${member.id}`, async () => {
    const out = await member.run('sh', '-c', lookUp(world.nameIn(ZONE), 'SRV'))
    const lines = out.matchAll(/service = \d+ \d+ (\d+) (\S+?)\.?\s/g)
    verify([...lines].map(([, port, target = '']) => ({ port: Number(port), target })))
  })
}
