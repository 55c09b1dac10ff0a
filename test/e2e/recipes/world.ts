/** What Meridian serves here: the demo, two large Headless services, and reverse zones. */

import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { exported } from '../../support/manifests.ts'
import { newDirectory } from '../ground/index.ts'
import { MERIDIAN, OTHER_MERIDIAN } from './place.ts'

const DEMO = join(import.meta.dirname, '../../../fixtures/demo')

/** Pods of the services of the namespace `large`: more than 100, and more than 256, at which programs have bounds. */
export const WORLD = { many: 150, most: 300 } as const

export interface World {
  /** meridian.yaml. */
  readonly config: string
  /** meridian.yaml of one that has a cluster beside these that nobody ever reaches: it is never ready. */
  readonly never: string
  /** Exports one more service of cluster-east, `<name>.default`. */
  readonly add: (name: string, clusterIP: string) => void
}

/** `more` are keys of meridian.yaml. */
export function startWorld(more: Readonly<Record<string, unknown>> = {}): World {
  const directory = newDirectory('world')
  cpSync(DEMO, directory, { recursive: true })
  const file = (name: string) => join(directory, name)
  const write = (name: string, text: string) => writeFileSync(file(`cluster-east/${name}.json`), text)
  for (const [name, pods] of Object.entries(WORLD))
    write(name, exported({ name, namespace: 'large', clusterIP: 'None', pods: podsOf(name, pods) }))
  const demo = parse(readFileSync(file('meridian.yaml'), 'utf8'))
  const config = { ...demo, zones: { reverse: true }, ...more }
  const at = (address: string, port: number) => ({
    dns: { ...demo.dns, ...dnsOf(more), listen: [`${address}:53`], advertise: [address] },
    admin: { listen: `127.0.0.1:${port}` },
  })
  writeFileSync(file('meridian.yaml'), JSON.stringify({ ...config, ...at(MERIDIAN, 9153) }))
  writeFileSync(file('nowhere'), JSON.stringify(KUBECONFIG))
  const away = { id: 'cluster-away', source: { kubeconfig: { path: './nowhere' } } }
  const clusters = [...demo.clusters, away]
  const never = { ...config, ...at(OTHER_MERIDIAN, 9154), clusters, startup: { timeout: '1h' } }
  writeFileSync(file('never.yaml'), JSON.stringify(never))
  return {
    config: file('meridian.yaml'),
    never: file('never.yaml'),
    add: (name, clusterIP) => write(name, exported({ name, clusterIP, pods: ['10.1.9.9'] })),
  }
}

const dnsOf = ({ dns }: Readonly<Record<string, unknown>>): object =>
  typeof dns === 'object' && dns !== null ? dns : {}

const podsOf = (name: string, count: number): readonly string[] => {
  const [net] = name === 'many' ? [150] : [152]
  return Array.from({ length: count }, (_, i) => `10.1.${net + (i >> 8)}.${i & 0xff}`)
}

/** Of an API server that is not there. */
const KUBECONFIG = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'away',
  contexts: [{ name: 'away', context: { cluster: 'away', user: 'away' } }],
  clusters: [{ name: 'away', cluster: { server: 'http://127.0.0.1:1' } }],
  users: [{ name: 'away', user: {} }],
}
