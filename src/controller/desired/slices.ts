import { type Family, printAddress } from '../../values/dns/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import { LABEL, type Port } from '../../words/kube/index.ts'
import { type Import, portsNamed } from '../../world/synthesis/index.ts'
import { ownedBy, present, printFamily, type Scene, sortedByKey, wanted } from './body.ts'
import { type EndpointRow, rowId } from './endpoints.ts'
import { derivedName, sliceName, sliceParts } from './names.ts'
import { ownLabels } from './own.ts'
import { distinctNames, portBody, portName, targetOf } from './ports.ts'
import type { ImportShare, SharedPort } from './shares.ts'
import type { Json, JsonObject, WantedObject } from './types.ts'

/** The most endpoints in a slice: what Kubernetes' own controller is set to. */
const MOST_ENDPOINTS = 100

/** What rows have in common that can stand in one slice. */
interface Group {
  readonly cluster: ClusterId
  readonly family: Family
  readonly followed: boolean
  readonly ports: readonly JsonObject[]
  /** Whether it is followed is no part of what a slice is: that may change under one name. */
  readonly id: string
}

const groupOf = (
  cluster: ClusterId,
  family: Family,
  followed: boolean,
  ports: readonly JsonObject[],
): Group => ({ cluster, family, followed, ports, id: `${cluster} ${family} ${JSON.stringify(ports)}` })

interface Placed {
  readonly row: EndpointRow
  readonly group: Group
}

/** What the slices are written with. */
interface SliceOptions {
  /** Of the ServiceImport, which owns them. */
  readonly uid: string
  /** Whether a derived Service may follow some of them. */
  readonly following: boolean
}

/**
 * The EndpointSlices of an import: each of one source cluster, one family and one set of ports. Those that the
 * clusterset IP leads to say so by the label that kube-proxy looks for.
 */
export function slicesOf(
  scene: Scene,
  merged: Import,
  shares: readonly ImportShare[],
  options: SliceOptions,
): readonly WantedObject[] {
  const placed = shares.flatMap((share) => placesOf(share, merged.ports, options.following))
  const hinted = isHinted(merged, placed)
  return [...Map.groupBy(placed, ({ group }) => group.id)]
    .flatMap(([, members]) => {
      const [{ group } = NOTHING] = members
      const rows = members.map(({ row }) => row)
      return group === undefined ? [] : slicesOfGroup(scene, group, rows, options.uid, hinted)
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

const NOTHING: Partial<Placed> = {}

/** A row stands with the ports that the clusterset IP leads to, and apart from that with the others. */
function placesOf(
  { cluster, rows, ports }: ImportShare,
  merged: readonly Port[],
  following: boolean,
): readonly Placed[] {
  if (ports === null) {
    return grouped(rows, (row) => groupOf(cluster, row.family, false, ownPorts(row, merged)))
  }
  return [true, false].flatMap((followed) => {
    const here = ports.filter((port) => (following && port.followed) === followed)
    return grouped(rows, (row) => {
      const targets = here.flatMap((port) => targetBody(row, port, merged))
      return targets.length === 0 ? undefined : groupOf(cluster, row.family, followed, targets)
    })
  })
}

/** Rows with their groups. Endpoints of one slice share their list of ports, and so their group. */
function grouped(
  rows: readonly EndpointRow[],
  groupFor: (row: EndpointRow) => Group | undefined,
): readonly Placed[] {
  const known = new Map<EndpointRow['ports'], Map<Family, Group | undefined>>()
  return rows.flatMap((row) => {
    const ofPorts = known.get(row.ports) ?? new Map<Family, Group | undefined>()
    known.set(row.ports, ofPorts)
    if (!ofPorts.has(row.family)) ofPorts.set(row.family, groupFor(row))
    const group = ofPorts.get(row.family)
    return group === undefined ? [] : [{ row, group }]
  })
}

/** A port named as the import names it, with the number that the endpoint listens at. */
function targetBody(
  row: EndpointRow,
  { port, own }: SharedPort,
  merged: readonly Port[],
): readonly JsonObject[] {
  const target = targetOf(row, own)
  return target === undefined ? [] : [portBody(portName(port, merged), port, target)]
}

/** Slices that disagree give an endpoint one port name twice, which no slice may have. */
function ownPorts({ ports }: EndpointRow, merged: readonly Port[]): readonly JsonObject[] {
  const byName = new Map((ports ?? []).map((port) => [port.name, port]))
  return [...distinctNames([...byName.values()], true)].map(([{ name, protocol, port }, own]) => {
    const [named] = portsNamed(merged, { name, protocol })
    return portBody(own, { name, protocol, port, appProtocol: named?.appProtocol ?? null }, port)
  })
}

/** kube-proxy looks at hints only if all endpoints of a Service have some, so that half of them would be none. */
const isHinted = ({ trafficDistribution }: Import, placed: readonly Placed[]): boolean =>
  trafficDistribution?.startsWith('Prefer') === true &&
  placed.every(({ row, group }) => !group.followed || row.zone !== null)

function slicesOfGroup(
  scene: Scene,
  { cluster, family, followed, ports, id }: Group,
  rows: readonly EndpointRow[],
  uid: string,
  hinted: boolean,
): readonly WantedObject[] {
  const { name, key, here } = scene
  const labels = sortedByKey({
    ...ownLabels('EndpointSlice', name),
    [LABEL.sourceCluster]: cluster,
    ...(followed ? { [LABEL.service]: derivedName(key) } : {}),
  })
  return sliceParts(rows, MOST_ENDPOINTS, rowId).map(({ place, items }) => {
    const metadata = { labels, ...ownedBy(uid, name, here) }
    const endpoints = items.map((row) => endpointBody(row, followed && hinted))
    const rest = { addressType: printFamily(family), endpoints, ports }
    return wanted('EndpointSlice', scene, sliceName(name, cluster, `${id} ${place}`), metadata, rest)
  })
}

const endpointBody = ({ addresses, hostname, zone, draining }: EndpointRow, hinted: boolean): JsonObject => {
  const hints: Json | undefined = hinted && zone !== null ? { forZones: [{ name: zone }] } : undefined
  return present({
    addresses: addresses.map(printAddress),
    conditions: { ready: !draining, serving: true, terminating: draining },
    hostname: hostname ?? undefined,
    zone: zone ?? undefined,
    hints,
  })
}
