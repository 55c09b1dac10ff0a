import type { Answering } from '../../server/workers/index.ts'
import { type GeoEvents, GeoPlaces, type GeoStatus } from '../../sources/geo/index.ts'
import type { GeoTable } from '../../words/clusterset/index.ts'
import type { Log } from '../../words/observe/index.ts'
import { geoWorkOf, withGeo } from '../config/index.ts'
import type { EffectiveConfig } from './effective-config.ts'

/** Who clients are: what the configuration in force says, and the GeoIP database that it names. */
export class Clients {
  readonly #answering: Pick<Answering, 'reconfigure'>
  readonly #places: GeoPlaces
  #now: EffectiveConfig

  constructor(first: EffectiveConfig, answering: Pick<Answering, 'reconfigure'>, log: Log) {
    this.#now = first
    this.#answering = answering
    this.#places = new GeoPlaces({ ...linesOf(log), took: () => this.#tell() })
  }

  /** Resolves when the database was looked at, if one is named. */
  begin(): Promise<void> {
    return this.#assign()
  }

  readonly reconfigure = (next: EffectiveConfig): void => {
    this.#now = next
    this.#tell()
    void this.#assign()
  }

  get geo(): GeoTable | null {
    return this.#places.table
  }

  /** Null: no database is named. */
  get geoStatus(): GeoStatus | null {
    return this.#places.status
  }

  stop(): Promise<void> {
    return this.#places.stop()
  }

  #assign(): Promise<void> {
    const { config, plan, clusters } = this.#now
    return this.#places.assign(geoWorkOf(config, plan.clusterset.local, clusters))
  }

  #tell(): void {
    const { identity, clients } = this.#now
    this.#answering.reconfigure({ identity, clients: withGeo(clients, this.#places.table) })
  }
}

const linesOf = (log: Log): Omit<GeoEvents, 'took'> => ({
  read: (database, { type, builtAt }) =>
    log.info({ database, type, built: new Date(builtAt * 1000).toISOString() }, 'GeoIP database in force'),
  refused: (database, why) => log.warn({ database }, `the GeoIP database is not taken: ${why}`),
})
