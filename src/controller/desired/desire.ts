import { admits, type ClusterId, type Clusterset, type Viewpoint } from '../../words/clusterset/index.ts'
import { few, type ServiceKey } from '../../words/kube/index.ts'
import type { Import } from '../../world/synthesis/index.ts'
import type { Entry } from '../../world/zone/index.ts'
import { type Addresses, addressesOf } from './addresses.ts'
import type { Scene } from './body.ts'
import { derivedService, hasDerived } from './derived.ts'
import { exportStatus } from './export.ts'
import { importStatus, serviceImport } from './import.ts'
import { derivedName } from './names.ts'
import { isForeign, printOwner } from './own.ts'
import { renamedPorts } from './ports.ts'
import { type ImportShare, type Shares, sharesOf } from './shares.ts'
import { slicesOf } from './slices.ts'
import type { Desired, DesiredProblem, Here, ImportHere, Rules, WantedObject } from './types.ts'

/**
 * What should stand in one cluster under a service's name. It comes in steps: what an import owns is wanted once the
 * import stands, and its addresses once its Service has them. `now` in Unix milliseconds.
 */
export function desire(
  key: ServiceKey,
  entry: Entry | undefined,
  clusterset: Clusterset,
  here: Here,
  rules: Rules,
  now: number,
): Desired {
  const [namespace = '', name = ''] = key.split('/')
  const from = viewpointOf(here.cluster, clusterset)
  const scene = { key, namespace, name, entry, clusterset, from, here, rules, now }
  const awaited = awaitedIn(scene)
  const { objects, remarks } = imported(scene)
  const all = [...exportStatus(scene), ...objects]
  const known = awaited.length === 0 ? all : all.filter(({ kind }) => kind === 'EndpointSlice')
  return { key, cluster: here.cluster, objects: known, awaited, remarks }
}

/** A cluster of whose share nothing is known, after a start or by a fault, has not stopped to export what it did. */
const awaitedIn = ({ here, entry, clusterset: { members } }: Scene): readonly ClusterId[] =>
  here.import === null || isForeign(here.import)
    ? []
    : here.import.clusters
        .filter((id) => members.get(id)?.freshness.kind === 'never' || hasFailed(entry, id))
        .toSorted()

const hasFailed = (entry: Entry | undefined, id: ClusterId): boolean =>
  entry?.exports.some(({ kind, cluster }) => kind === 'failed' && cluster === id) === true

const viewpointOf = (cluster: ClusterId, { members }: Clusterset): Viewpoint => ({
  cluster,
  locality: members.get(cluster)?.locality ?? null,
})

type Imported = Pick<Desired, 'objects' | 'remarks'>

const nothing = (reason: DesiredProblem['reason'], message: string): Imported => ({
  objects: [],
  remarks: [{ reason, message }],
})

function imported(scene: Scene): Imported {
  const { entry, namespace, name, here, rules } = scene
  const merged = entry?.import ?? null
  if (merged === null) return { objects: [], remarks: [] }
  if (!admits(rules.importNamespaces, namespace))
    return nothing('NamespaceDenied', `namespace ${namespace} takes no imports`)
  if (!here.namespaceExists)
    return nothing('NamespaceAbsent', `cluster ${here.cluster} has no namespace ${namespace}`)
  if (here.import !== null && isForeign(here.import))
    return nothing('ForeignImport', `ServiceImport ${namespace}/${name} is ${printOwner(here.import)}`)
  return importedHere(scene, merged)
}

function importedHere(scene: Scene, merged: Import): Imported {
  const { here, rules } = scene
  const addresses = addressesOf(scene, merged)
  const { families } = addresses
  const sliced = rules.clusterSetIP !== 'none' && families.length > 0
  const { shares, problems } = sliced ? sharesOf(scene, merged, families) : NO_SHARES
  const remarks = remarksOn(scene, merged, addresses)
  const objects = [
    serviceImport(scene, merged, addresses),
    importStatus(scene, merged, addresses, problems),
    ...(here.import === null ? [] : behind(scene, merged, addresses, shares, here.import)),
  ]
  return { objects, remarks }
}

function remarksOn(
  { key, namespace }: Scene,
  { ports }: Import,
  addresses: Addresses,
): readonly DesiredProblem[] {
  const service = `Service ${namespace}/${derivedName(key)}`
  if (addresses.kind === 'foreign')
    return [{ reason: 'ForeignService', message: `${service} is ${addresses.owner}` }]
  const renamed = hasDerived(addresses) ? renamedPorts(ports) : []
  if (renamed.length === 0) return []
  const listed = few(renamed, MOST_REPORTED)
  return [{ reason: 'PortsRenamed', message: `${service} has ports under other names than DNS: ${listed}` }]
}

const MOST_REPORTED = 5

const NO_SHARES: Shares = { shares: [], problems: [] }

/** What an import that stands owns: the Service that gives its addresses, and the slices behind them. */
function behind(
  scene: Scene,
  merged: Import,
  addresses: Addresses,
  shares: readonly ImportShare[],
  { uid }: ImportHere,
): readonly WantedObject[] {
  const following = hasDerived(addresses)
  return [
    ...(following ? [derivedService(scene, merged, uid)] : []),
    ...slicesOf(scene, merged, shares, { uid, following }),
  ]
}
