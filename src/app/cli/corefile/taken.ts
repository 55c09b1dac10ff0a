import { sentenceOfProblem } from '../../../sources/changes/index.ts'
import type { World } from '../../../world/zone/index.ts'
import type { Config } from '../../config/index.ts'
import { openSourcesOf } from '../live.ts'
import { readOffline } from '../offline.ts'

/** Which federations the server refuses, as their names are those of namespaces of its own cluster. */
export interface Taken {
  readonly refused: World['refused']
  /** Why others may be refused too, a sentence; null: none is. */
  readonly unknown: string | null
}

export const NONE_TAKEN: Taken = { refused: new Set(), unknown: null }

const DEADLINE_MS = 8_000

/** Reads the server's own cluster, and no other, where there are federations. Never rejects. */
export async function takenIn(config: Config, deadlineMs = DEADLINE_MS): Promise<Taken> {
  if (Object.keys(config.zones.federations).length === 0) return NONE_TAKEN
  const clusters = config.clusters.filter(({ id }) => id === config.local.cluster)
  const own = { ...config, clusters, registries: [] }
  const { world, views, problems } = await readOffline(own, Date.now(), openSourcesOf(own), deadlineMs)
  const id = config.local.cluster ?? ''
  if (views.has(id)) return { refused: world.refused, unknown: null }
  const [problem] = problems.get(id) ?? []
  const why = problem === undefined ? 'it is none of clusters' : sentenceOfProblem(problem)
  return { refused: world.refused, unknown: `${id === '' ? 'the own cluster' : id} is not read: ${why}` }
}

/** What is told of federations beside the zones. */
export function takenNotes({ refused, unknown }: Taken, { zones, local }: Config): readonly string[] {
  const own = local.cluster ?? 'this cluster'
  return Object.keys(zones.federations).map((name) => {
    const zone = `${name}.svc.${local.clusterDomain}`
    if (refused.has(name))
      return `Left out: ${zone}, the federation ${name}. ${own} has a namespace ${name}, whose Services are called so, and Meridian refuses the zone while that is there.`
    const doubt = unknown === null ? '' : `. Whether there is one now is not known: ${unknown}.`
    return `${zone} is the federation ${name}. A Namespace ${name} in ${own} would lose its Services' names, and Meridian refuses the zone while there is one: kubectl get namespace ${name}${doubt}`
  })
}
