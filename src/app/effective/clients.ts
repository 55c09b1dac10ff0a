import type { ClientRules } from '../../server/replies/index.ts'
import type { Answering } from '../../server/workers/index.ts'
import type { ClusterView } from '../../sources/changes/index.ts'
import { type GeoEvents, GeoPlaces, type GeoStatus } from '../../sources/geo/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { EndpointSlice } from '../../words/kube/index.ts'
import type { Log } from '../../words/observe/index.ts'
import { byClock, type Every } from '../../words/threads/index.ts'
import { geoWorkOf, withGeo } from '../config/index.ts'
import type { EffectiveConfig } from './effective-config.ts'
import { slicesBehind, withResolvers } from './resolvers.ts'

/** How often it is looked whether the endpoints of a service are others. */
const LOOK_MS = 1000

interface ClientsOptions {
  readonly answering: Pick<Answering, 'reconfigure'>
  /** What clusters last said. */
  readonly views: () => ReadonlyMap<ClusterId, ClusterView>
  readonly log: Log
  readonly every?: Every
}

/** Who clients are: what the configuration in force says, the GeoIP database and the resolvers' Service that it names. */
export class Clients {
  readonly #options: ClientsOptions
  readonly #places: GeoPlaces
  #now: EffectiveConfig
  #slices: readonly EndpointSlice[] = []
  #rules: ClientRules
  #rest: (() => void) | undefined

  constructor(first: EffectiveConfig, options: ClientsOptions) {
    this.#now = first
    this.#rules = first.clients
    this.#options = options
    this.#places = new GeoPlaces({ ...linesOf(options.log), took: () => this.#tell() })
  }

  /** Resolves when the database was looked at, if one is named. */
  begin(): Promise<void> {
    this.#watch()
    return this.#assign()
  }

  readonly reconfigure = (next: EffectiveConfig): void => {
    this.#now = next
    this.#slices = this.#slicesNow()
    this.#tell()
    this.#watch()
    void this.#assign()
  }

  get rules(): ClientRules {
    return this.#rules
  }

  /** Null: no database is named. */
  get geoStatus(): GeoStatus | null {
    return this.#places.status
  }

  stop(): Promise<void> {
    this.#rest?.()
    return this.#places.stop()
  }

  #assign(): Promise<void> {
    const { config, plan, clusters } = this.#now
    return this.#places.assign(geoWorkOf(config, plan.clusterset.local, clusters))
  }

  #tell(): void {
    const { identity, clients } = this.#now
    this.#rules = withGeo(withResolvers(clients, this.#slices), this.#places.table)
    this.#options.answering.reconfigure({ identity, clients: this.#rules })
  }

  /** Answers do not depend on these slices otherwise, so nobody tells of them: they are looked at. */
  #watch(): void {
    this.#rest?.()
    this.#rest =
      this.#now.config.clients.fromService === null
        ? undefined
        : (this.#options.every ?? byClock)(LOOK_MS, () => this.#look())
  }

  #look(): void {
    const slices = this.#slicesNow()
    if (slices.length === this.#slices.length && slices.every((one, i) => one === this.#slices[i])) return
    this.#slices = slices
    this.#tell()
  }

  #slicesNow(): readonly EndpointSlice[] {
    const { clients, local } = this.#now.config
    if (clients.fromService === null) return []
    return slicesBehind(this.#options.views().get(local.cluster ?? ''), clients.fromService)
  }
}

const linesOf = (log: Log): Omit<GeoEvents, 'took'> => ({
  read: (database, { type, builtAt }) =>
    log.info({ database, type, built: new Date(builtAt * 1000).toISOString() }, 'GeoIP database in force'),
  refused: (database, why) => log.warn({ database }, `the GeoIP database is not taken: ${why}`),
})
