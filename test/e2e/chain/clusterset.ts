/** What Meridian serves here: the demo's three clusters, and beside them services by the hundred. */

import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { exported } from '../../support/manifests.ts'
import { newDirectory } from '../ground/index.ts'

const DEMO = join(import.meta.dirname, '../../../fixtures/demo')

/** How the split names' look-ups are to be shared. */
export const WEIGHTS = { 'cluster-east': 70, 'cluster-west': 30 } as const

/** Services of two clusters with WEIGHTS, in the namespace `split`. */
export const SPLIT = { namespace: 'split', count: 500 } as const

/** Services of cluster-east alone, in the namespace `load`: more than a prober asks before answers leave caches. */
export const LOAD = { namespace: 'load', count: 2_000 } as const

/** A Headless service, `many.large`, with so many pods in cluster-east. */
export const LARGE = { name: 'many.large', pods: 200 } as const

/** How long a replica answers on after SIGTERM. */
export const ROLLING = { drain: '2s' } as const

interface Names {
  readonly namespace: string
  readonly count: number
}

export const namesOf = ({ namespace, count }: Names): readonly string[] =>
  Array.from({ length: count }, (_, i) => `s${i}.${namespace}.svc.clusterset.local`)

interface Besides {
  readonly zones?: Readonly<Record<string, unknown>>
  readonly istio?: Readonly<Record<string, unknown>>
}

/** Writes meridian.yaml, with these keys besides, and what it names. Returns its path. */
export function writeClusterset(besides: Besides = {}): string {
  const directory = newDirectory('clusterset')
  cpSync(DEMO, directory, { recursive: true })
  const pair = (i: number) => `${1 + (i >> 8)}.${i & 0xff}`
  const split = services(SPLIT, (i) => ({
    clusterIP: `10.101.${pair(i)}`,
    pods: [`10.1.${100 + (i >> 8)}.${i & 0xff}`],
  }))
  const west = services(SPLIT, (i) => ({
    clusterIP: `10.102.${pair(i)}`,
    pods: [`10.2.1${pair(i)}`, `10.2.2${pair(i)}`],
  }))
  const load = services(LOAD, (i) => ({
    clusterIP: `10.101.${220 + (i >> 8)}.${i & 0xff}`,
    pods: ['10.1.200.1'],
  }))
  const large = exported({ name: 'many', namespace: 'large', clusterIP: 'None', pods: largePods() })
  writeFileSync(join(directory, 'cluster-east', 'generated.json'), list([...split, ...load, large]))
  writeFileSync(join(directory, 'cluster-west', 'generated.json'), list(west))
  const config = join(directory, 'meridian.yaml')
  writeFileSync(config, meridianYaml(readFileSync(config, 'utf8'), besides))
  return config
}

const services = (
  { namespace, count }: Names,
  of: (i: number) => { readonly clusterIP: string; readonly pods: readonly string[] },
): readonly string[] =>
  Array.from({ length: count }, (_, i) => exported({ name: `s${i}`, namespace, ...of(i) }))

const list = (items: readonly string[]): string =>
  `{"apiVersion": "v1", "kind": "List", "items": [${items.join(',\n')}]}`

const largePods = (): readonly string[] => Array.from({ length: LARGE.pods }, (_, i) => `10.1.150.${i + 1}`)

/** The demo's, with reverse zones, an address for the name server, and the weights. */
function meridianYaml(demo: string, { zones, ...more }: Besides): string {
  const config = parse(demo)
  const weighted = Array.from({ length: SPLIT.count }, (_, i) => [
    `${SPLIT.namespace}/s${i}`,
    { weights: WEIGHTS },
  ])
  return JSON.stringify({
    ...config,
    ...more,
    zones: { reverse: true, ...zones },
    dns: { ...config.dns, advertise: ['10.101.0.53'] },
    routing: { ...config.routing, services: { ...config.routing.services, ...Object.fromEntries(weighted) } },
  })
}
