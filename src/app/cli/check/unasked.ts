import { basename, dirname } from 'node:path'
import type { ClusterId } from '../../../words/clusterset/index.ts'
import {
  apiVersionOf,
  few,
  ISTIO,
  KARMADA,
  KARMADA_WEIGHTS,
  KINDS,
  type KindRow,
  KUBEFED,
} from '../../../words/kube/index.ts'
import type { Config } from '../../config/index.ts'
import type { Offline } from '../offline.ts'
import type { CheckResult } from './check-result.ts'

/** Objects among a cluster's manifests that are read where a key of configuration asks for them, and none does here. */
export function unaskedOf(id: ClusterId, { skipped, config }: Offline): readonly CheckResult[] {
  const found = (skipped.get(id) ?? []).flatMap(({ what, file }) => {
    const row = ROWS.get(what)
    const asking = row?.askedBy == null ? undefined : ASKING[row.askedBy]
    return row === undefined || asking === undefined ? [] : [{ row, file, asking }]
  })
  return [...Map.groupBy(found, ({ asking }) => asking)].map(([asking, some]): CheckResult => {
    const kinds = few([...new Set(some.map(({ row }) => row.served.kind))])
    const files = few([...new Set(some.map(({ file }) => basename(file)))])
    return {
      level: 'advice',
      kind: 'objects',
      cluster: id,
      subject: id,
      finding: `${dirname(some[0]?.file ?? '')}: objects of kinds that no key asks for here are not read: ${kinds}, in ${files}`,
      remedy: asking(id, config),
    }
  })
}

/** As files' objects are told of that are not read: `ServiceEntry (networking.istio.io/v1)`. */
const ROWS: ReadonlyMap<string, KindRow> = new Map(
  KINDS.rows.flatMap((row) =>
    row.served.versions.map((version) => [
      `${row.served.kind} (${apiVersionOf(row.served.group, version)})`,
      row,
    ]),
  ),
)

type Asking = (id: ClusterId, config: Config) => string

/** Who asks for kinds that a person writes for no other end than this, by their word; others' are everywhere. */
const ASKING: Readonly<Record<string, Asking>> = {
  [ISTIO]: (id, { istio }) =>
    `if they are to hold, write istio: {cluster: ${id}}${istio.cluster === null ? '' : `, or put them into ${istio.cluster}, whose objects hold`}`,
  [KUBEFED]: registryAsks('kubefed: {}'),
  [KARMADA]: registryAsks('karmada: {}'),
  [KARMADA_WEIGHTS]: registryAsks('karmada: {weights: true}'),
  clusterProfiles: registryAsks('clusterProfiles: {clusterset: NAME}'),
}

function registryAsks(entry: string): Asking {
  return () =>
    `if they are to be read, write registries: [{${entry}}]; docs/reference/objects.md says where they stand`
}
