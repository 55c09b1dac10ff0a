/** A world made of manifests at once, without files, sockets or waiting. */

import { type Config, parseConfig, planOf, watchScopeOf } from '../../src/app/config/index.ts'
import { applyChanges, type ClusterView, EMPTY_VIEW } from '../../src/sources/changes/index.ts'
import { KINDS, parseObject, USUAL, unpackList } from '../../src/words/kube/index.ts'
import { emptyWorld, step, type World, withFreshness } from '../../src/world/zone/index.ts'
import { meridianYaml, type Written } from './manifests.ts'

export interface Made {
  readonly config: Config
  readonly world: World
  readonly views: ReadonlyMap<string, ClusterView>
}

export const NOW = Date.parse('2026-11-22T14:05:00Z')

/** `unheard`: clusters that have said nothing yet. */
export function made(written: Written, unheard: readonly string[] = []): Made {
  const config = parseConfig(meridianYaml(written), 'meridian.yaml')
  const views = new Map<string, ClusterView>()
  let world = emptyWorld(planOf(config), NOW)
  for (const [id, files] of Object.entries(written.clusters)) {
    if (unheard.includes(id)) continue
    const cluster = config.clusters.find((one) => one.id === id)
    const kinds = cluster === undefined ? USUAL : KINDS.inManifests(watchScopeOf(cluster, config))
    const objects = Object.values(files).flatMap((text) => unpackList(JSON.parse(text)))
    const changes = objects.flatMap((value) => {
      const parsed = parseObject(value, kinds)
      return parsed.outcome === 'object' ? [{ op: 'put', object: parsed.object } as const] : []
    })
    const { view, dirty } = applyChanges(EMPTY_VIEW, changes)
    views.set(id, view)
    world = withFreshness(step(world, views, dirty, NOW), id, { kind: 'live', heard: NOW }, NOW)
  }
  return { config, world, views }
}
