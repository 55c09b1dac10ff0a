import { type Fields, fieldsOf, listOf, textOf } from '../sources/apiserver/index.ts'
import { type Family, parseAddress } from '../values/dns/index.ts'
import type { ClusterId } from '../words/clusterset/index.ts'
import { LABEL, type ServiceKey } from '../words/kube/index.ts'
import type { DerivedHere, ExportHere, Here, ImportHere, StandingCondition } from './desired/index.ts'
import type { HeldObject } from './held.ts'

/** What is known of a cluster beside the objects in it. */
interface ClusterGround {
  readonly cluster: ClusterId
  readonly version: Here['version']
  readonly declaresSlices: boolean
  readonly families: readonly Family[]
  readonly namespaceExists: boolean
}

/** What stands under a service's name, narrowed for what is wanted there. `derived`: of that name, if it stands. */
export function hereOf(
  ground: ClusterGround,
  key: ServiceKey,
  held: readonly HeldObject[],
  derived: HeldObject | undefined,
): Here {
  const find = (kind: HeldObject['kind']) =>
    held.find((one) => one.kind === kind && `${one.namespace}/${one.name}` === key && !one.deleting)
  const [exported, imported] = [find('ServiceExport'), find('ServiceImport')]
  return {
    ...ground,
    export: exported === undefined ? null : exportHere(exported),
    import: imported === undefined ? null : importHere(imported),
    derived: derived === undefined || derived.deleting ? null : derivedHere(derived),
  }
}

const statusOf = ({ content }: HeldObject): Fields => fieldsOf(content['status'])

const managedByOf = ({ labels }: HeldObject): string | null => textOf(labels[LABEL.managedBy]) ?? null

const exportHere = (held: HeldObject): ExportHere => ({
  generation: held.generation,
  conditions: conditionsOf(held),
})

const importHere = (held: HeldObject): ImportHere => ({
  uid: held.uid,
  generation: held.generation,
  managedBy: managedByOf(held),
  clusters: listOf(statusOf(held)['clusters']).flatMap((one) => textOf(fieldsOf(one)['cluster']) ?? []),
  conditions: conditionsOf(held),
})

const derivedHere = (held: HeldObject): DerivedHere => ({
  managedBy: managedByOf(held),
  clusterIPs: listOf(fieldsOf(held.content['spec'])['clusterIPs']).flatMap(
    (text) => (typeof text === 'string' ? parseAddress(text) : undefined) ?? [],
  ),
})

const conditionsOf = (held: HeldObject): readonly StandingCondition[] =>
  listOf(statusOf(held)['conditions']).map((one) => {
    const { type, status, lastTransitionTime } = fieldsOf(one)
    return {
      type: textOf(type) ?? '',
      status: textOf(status) ?? '',
      lastTransitionTime: textOf(lastTransitionTime) ?? '',
    }
  })
