import { type GeoReading, readGeo } from '../../../sources/geo/index.ts'
import { printLocality } from '../../../words/clusterset/index.ts'
import { few } from '../../../words/kube/index.ts'
import { type Config, geoWorkOf } from '../../config/index.ts'
import type { Offline } from '../offline.ts'
import type { CheckResult } from './check-result.ts'

/** Older than this, a database says of too many addresses where they were. */
const MOST_AGE_S = 30 * 24 * 3600

/** Whether the GeoIP database can be believed, is recent, and places clients where somebody stands. */
export async function checkGeo({ config, world }: Offline, now: number): Promise<readonly CheckResult[]> {
  const work = geoWorkOf(config, world.clusterset.local, config.clusters)
  if (work === null) return []
  const read = await readGeo(work.database, work.rules).catch((error: unknown) => error)
  return [...fileOf(work.database, read, now), ...placesOf(config), ...subnetsOf(config)]
}

const found = (subject: string, level: CheckResult['level'], finding: string, remedy: string | null) =>
  ({ kind: 'geo', cluster: null, subject, level, finding, remedy }) as const

function fileOf(database: string, read: unknown, now: number): readonly CheckResult[] {
  const subject = 'clients.geo.database'
  if (!isReading(read)) {
    const why = read instanceof Error ? read.message : String(read)
    const remedy =
      'put a MaxMind DB of cities or countries there; until then clients stand where this server does'
    return [found(subject, 'broken', `${database}: ${why}`, remedy)]
  }
  const { type, builtAt } = read
  const days = Math.floor((now / 1000 - builtAt) / 86_400)
  const finding = `${type}, made ${new Date(builtAt * 1000).toISOString().slice(0, 10)}`
  if (now / 1000 - builtAt <= MOST_AGE_S) return [found(subject, 'ok', finding, null)]
  return [found(subject, 'warning', `${finding}, ${days} days ago`, 'fetch a newer one, as geoipupdate does')]
}

const isReading = (read: unknown): read is GeoReading =>
  typeof read === 'object' && read !== null && 'table' in read

/** Localities of the map in whose region nobody stands, where the server's own cluster answers. */
function placesOf({ clients: { geo }, clusters }: Config): readonly CheckResult[] {
  const regions = new Set(clusters.map(({ locality }) => locality?.region))
  const empty = [...(geo?.map ?? [])].filter(([, { region }]) => !regions.has(region))
  if (empty.length === 0) return []
  const names = few(empty.map(([place, locality]) => `${place} (${printLocality(locality)})`))
  const finding = `no cluster stands in the region of ${names}: such clients are answered as the server's own cluster's`
  return [found('clients.geo.map', 'warning', finding, 'write a region where a cluster stands')]
}

const subnetsOf = ({ clients }: Config): readonly CheckResult[] =>
  clients.trustClientSubnet
    ? []
    : [
        found(
          'clients.geo',
          'advice',
          'clients.trustClientSubnet is false: only the addresses that queries come from are looked up, which are mostly those of resolvers',
          'write clients.trustClientSubnet: true where the resolvers in front pass client subnets on',
        ),
      ]
