/** What an export makes of a service in every cluster: KEP-1645, "Importing services" and "Constraints and conflict resolution". */

import { isIP } from 'node:net'
import { expect } from 'vitest'
import type { Manifest } from '../../../ground/index.ts'
import { listOf, textsOf } from '../member.ts'
import { type Port, service, serviceExport, TCP, UDP } from '../objects.ts'
import { specOf, type World } from '../world.ts'
import type { Spec } from './spec.ts'

const FIRST = { exportedLabels: { whose: 'first' }, exportedAnnotations: { whose: 'first' } }
const OTHER = { exportedLabels: { other: 'second' }, exportedAnnotations: { other: 'second' } }
const SCTP: Port = { name: 'stcp', port: 142, protocol: 'SCTP' }
const HEADLESS = { clusterIP: 'None' }
const EXTERNAL = { type: 'ExternalName', externalName: 'example.com', ipFamilyPolicy: undefined }

export const SERVICE_IMPORTS: readonly Spec[] = [
  {
    title: 'a ServiceImport lasts as long as one cluster exports',
    labels: ['Required'],
    check: async (world) => {
      const { first, second } = world
      const exists = async () => expect(await first.serviceImport()).toBeDefined()
      await world.imported(first)
      await world.deploySecond({})
      await second.create(serviceExport({}))
      await world.stays(exists)
      await first.unexport()
      await world.stays(exists)
      await second.unexport()
      await world.notImported(first)
    },
  },
  {
    title: 'a ServiceImport has the labels and annotations that are exported, and not the Service’s own',
    labels: ['Optional', 'ExportedLabels'],
    setting: { serviceExport: FIRST },
    check: async (world) => void (await world.imported(world.first, isMarkedByFirst)),
  },
  {
    title: 'of exported labels and annotations that conflict the older ones hold',
    labels: ['Optional', 'ExportedLabels'],
    setting: { serviceExport: FIRST, second: { service: {}, exported: true, serviceExport: OTHER } },
    check: async (world) => {
      await bothConflict(world)
      await world.imported(world.first, (found) => {
        isMarkedByFirst(found)
        for (const table of [found.metadata['labels'], found.metadata['annotations']])
          expect(textsOf(table)).not.toHaveProperty('other')
      })
    },
  },
  {
    title: 'a ClusterIP service is imported as ClusterSetIP in each cluster, until it is no longer exported',
    labels: ['Required', 'ClusterIP'],
    check: async (world) => {
      await world.condition(world.first, 'Valid', 'True')
      await comesAndGoes(world, 'ClusterSetIP')
    },
  },
  {
    title: 'session affinity and its configuration are the Service’s',
    labels: ['Required', 'ClusterIP'],
    check: (world) => isImportedAs(world, specOf(service({})), ['sessionAffinity', 'sessionAffinityConfig']),
  },
  ...[{ internalTrafficPolicy: 'Cluster' }, { trafficDistribution: 'PreferClose' }].map(
    (policy): Spec => ({
      title: `${Object.keys(policy)} is the Service’s`,
      labels: ['Required', 'ClusterIP'],
      setting: { service: policy },
      check: (world) => isImportedAs(world, policy, Object.keys(policy)),
    }),
  ),
  {
    title: 'a ClusterSetIP import has an address of each of its families, in their order',
    labels: ['Required', 'ClusterIP'],
    check: async (world) => {
      const found = await world.imported(world.first, (one) => expect(specOf(one)['ips']).toBeDefined())
      const { ips, ipFamilies } = specOf(found)
      expect(ips).not.toEqual([])
      expect(Array.isArray(ips) && ips.map((one) => `IPv${isIP(String(one))}`)).toEqual(ipFamilies)
    },
  },
  {
    title: 'the ports are the Service’s',
    labels: ['Required', 'ClusterIP'],
    check: async (world) => void (await world.imported(world.first, hasPorts([TCP, UDP]))),
  },
  {
    title: 'of two clusters the ports are the union, and that is a conflict',
    labels: ['Required', 'ClusterIP'],
    setting: { second: { service: { ports: [TCP, SCTP] }, exported: true } },
    check: async (world) => {
      await bothConflict(world)
      await world.imported(world.first, hasPorts([TCP, UDP, SCTP]))
    },
  },
  {
    title: 'of ports that conflict the older ones hold',
    labels: ['Required', 'ClusterIP'],
    setting: { second: { service: { ports: [{ ...TCP, port: 43 }] }, exported: true } },
    check: async (world) => {
      await bothConflict(world)
      await world.imported(world.first, hasPorts([TCP, UDP]))
    },
  },
  {
    title: 'a headless service is imported as Headless in each cluster, until it is no longer exported',
    labels: ['Required', 'Headless'],
    setting: { service: HEADLESS },
    check: (world) => comesAndGoes(world, 'Headless'),
  },
  {
    title: 'a Headless import has no address',
    labels: ['Required', 'Headless'],
    setting: { service: HEADLESS },
    check: async (world) => {
      await world.imported(world.first)
      await world.stays(async () => {
        const found = await world.first.serviceImport()
        expect(found).toBeDefined()
        expect(found === undefined ? [] : (specOf(found)['ips'] ?? [])).toEqual([])
      })
    },
  },
  {
    title: 'an ExternalName service is no valid export, and is imported nowhere',
    labels: ['Required', 'ExternalName'],
    setting: { service: EXTERNAL },
    check: async (world) => {
      await world.condition(world.first, 'Valid', 'False')
      await world.stays(async () => {
        for (const one of world.members) expect(await one.serviceImport()).toBeUndefined()
      })
    },
  },
  {
    title: 'of a headless service and one that is not the older holds',
    labels: ['Required', 'ClusterIP', 'Headless'],
    setting: { second: { service: HEADLESS, exported: true } },
    check: async (world) => {
      await bothConflict(world)
      for (const one of world.members)
        await world.imported(one, (found) => expect(specOf(found)['type']).toBe('ClusterSetIP'))
    },
  },
]

function isMarkedByFirst({ metadata }: Manifest): void {
  expect(textsOf(metadata['labels'])).toMatchObject(FIRST.exportedLabels)
  expect(textsOf(metadata['annotations'])).toMatchObject(FIRST.exportedAnnotations)
  for (const table of [metadata['labels'], metadata['annotations']])
    expect(textsOf(table)).not.toHaveProperty('private')
}

async function bothConflict(world: World): Promise<void> {
  for (const one of world.members) await world.condition(one, 'Conflict', 'True')
}

async function comesAndGoes(world: World, type: string): Promise<void> {
  for (const one of world.members) {
    const found = await world.imported(one)
    expect(specOf(found)['type']).toBe(type)
  }
  await world.first.unexport()
  for (const one of world.members) await world.notImported(one)
}

async function isImportedAs(
  world: World,
  spec: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): Promise<void> {
  const wanted = Object.fromEntries(fields.map((field) => [field, spec[field]]))
  await world.imported(world.first, (found) => {
    const is = specOf(found)
    expect(Object.fromEntries(fields.map((field) => [field, is[field]]))).toEqual(wanted)
  })
}

/** In any order. */
function hasPorts(ports: readonly Port[]): (found: Manifest) => void {
  return (found) => {
    const is = listOf(specOf(found)['ports']).map(({ name, port, protocol }) => ({ name, port, protocol }))
    expect(new Set(is)).toEqual(new Set(ports))
    expect(is).toHaveLength(ports.length)
  }
}
