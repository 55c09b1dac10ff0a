import {
  type EntryEndpoint,
  entryEndpoint,
  lenientTags,
  localityOfLabel,
  type Tags,
} from './entry-endpoint.ts'
import { istioRow } from './istio.ts'
import { namespaceKey } from './keys.ts'
import { inMetadata, tag } from './meta.ts'
import { at, type Fields, isFields, itemsOf, type Left, lenient, section } from './narrow.ts'
import type { KubeObject } from './object-types.ts'

/** Istio's WorkloadEntry: a machine that ServiceEntries of its namespace select by its labels. */
export interface WorkloadEntry extends KubeObject, EntryEndpoint {
  readonly kind: 'WorkloadEntry'
  readonly labels: Tags
  /** Its health is not looked after, or is well. */
  readonly isHealthy: boolean
}

/** Whether its health is looked after: then it counts by its condition alone. */
const checkedOf = tag('annotations', 'proxy.istio.io/health-checks-enabled')

const HEALTHY = 'Healthy'

const NONE: readonly boolean[] = []
const condition = (value: unknown): boolean =>
  isFields(value) && value['type'] === HEALTHY && value['status'] === 'True'
const conditions = lenient(itemsOf(condition, 100), NONE)
const status = section((fields, left) => at(fields, 'conditions', conditions, left).includes(true))
const lenientStatus = lenient(status, false)

/** Of its own `metadata`, which go over those of its `spec`. */
const ownLabels = inMetadata('labels', lenientTags)

const spec = section((fields: Fields, left: Left) => ({
  ...entryEndpoint(fields, left),
  labels: at(fields, 'labels', lenientTags, left),
}))

export const WORKLOAD_ENTRY = istioRow<WorkloadEntry>({
  kind: 'WorkloadEntry',
  plural: 'workloadentries',
  parse: (meta, fields, left) => {
    const { labels, ...endpoint } = at(fields, 'spec', spec, left)
    const isChecked = checkedOf(fields, left) === 'true'
    const own = ownLabels(fields, left)
    return {
      kind: 'WorkloadEntry',
      ...meta,
      ...endpoint,
      locality: endpoint.locality || localityOfLabel(own),
      labels: { ...labels, ...own },
      isHealthy: !isChecked || at(fields, 'status', lenientStatus, left),
    }
  },
  keysOf: ({ namespace }) => [namespaceKey(namespace)],
})
