/** Whether clusters that are read live are answered as the same objects are as manifests. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { meridian as command } from '../../support/server.ts'
import { type Cluster, eventually, type Fields, newDirectory } from '../ground/index.ts'
import { configFor, DEMO_IDS } from './demo.ts'
import type { Live } from './live.ts'
import { say } from './times.ts'

const AGREED_MS = 10_000

/** Of all zones as one viewpoint sees them, SOA records aside. Resolves with the records once both ways agree. */
export async function expectAgreement(
  clusters: readonly Cluster[],
  meridian: Live,
  viewpoint: string,
  more: Fields,
): Promise<readonly string[]> {
  const config = await asManifests(clusters, more)
  const offline = await render('--offline', '--config', config, '--from', viewpoint)
  await eventually(`live and manifests agree (${viewpoint})`, AGREED_MS, async () =>
    expectSame(await rendered(meridian, viewpoint), offline),
  )
  expectSame(await render('--server', meridian.admin, '--from', viewpoint), offline)
  say(`${offline.length} records agree, seen from ${viewpoint}`)
  return offline
}

function expectSame(live: readonly string[], offline: readonly string[]): void {
  const extra = live.filter((line) => !offline.includes(line)).map((line) => `live only: ${line}`)
  const missing = offline.filter((line) => !live.includes(line)).map((line) => `manifests only: ${line}`)
  if (extra.length + missing.length > 0) throw new Error([...extra, ...missing].join('\n'))
  expect(live).toEqual(offline)
}

/** What Meridian reads of what the API servers hold now, as a directory for each, and a configuration that reads them. */
async function asManifests(clusters: readonly Cluster[], more: Fields): Promise<string> {
  const directory = newDirectory('manifests')
  for (const { id, admin } of clusters) {
    const read = id === 'cluster-east' ? [...READ, IMPORTS] : READ
    const lists = await Promise.all(read.map(([version, kind]) => admin.list(version, kind)))
    mkdirSync(join(directory, id))
    const items = lists.flat()
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
    writeFileSync(join(directory, id, 'objects.json'), text)
  }
  const sources = DEMO_IDS.map((id) => [id, { manifests: join(directory, id) }])
  const path = join(directory, 'meridian.yaml')
  writeFileSync(path, JSON.stringify(configFor(Object.fromEntries(sources), more)))
  return path
}

const READ = [
  ['v1', 'Service'],
  ['discovery.k8s.io/v1', 'EndpointSlice'],
  ['multicluster.x-k8s.io/v1beta1', 'ServiceExport'],
] as const

/** Watched where Meridian stands, and nowhere else. */
const IMPORTS = ['multicluster.x-k8s.io/v1beta1', 'ServiceImport'] as const

async function render(...options: readonly string[]): Promise<readonly string[]> {
  const { status, out, err } = await command(['render', ...options])
  if (status !== 0) throw new Error(err)
  return withoutSoa(out)
}

const rendered = async (meridian: Live, viewpoint: string): Promise<readonly string[]> =>
  withoutSoa((await meridian.get(`/render?from=${viewpoint}`)).text)

export const withoutSoa = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !/ IN SOA /.test(line))
    .sort()
