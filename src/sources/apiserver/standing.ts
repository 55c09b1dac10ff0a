import { type Freshness, NEVER } from '../../words/clusterset/index.ts'

/**
 * How each part of one cluster stands, and what that makes of the cluster: a part is what one reflector keeps.
 * Times are Unix milliseconds.
 */
export class ClusterStanding {
  readonly #parts: ReadonlyMap<string, PartStanding>
  readonly #graceMs: number
  #last: Freshness = NEVER

  constructor(parts: readonly string[], graceMs: number) {
    const fresh = (): PartStanding => ({ synced: false, watched: false, lostAt: 0, heard: 0 })
    this.#parts = new Map(parts.map((part) => [part, fresh()]))
    this.#graceMs = graceMs
  }

  synced(part: string, now: number): void {
    const standing = this.#parts.get(part)
    if (standing === undefined || standing.synced) return
    standing.synced = true
    standing.lostAt = now
  }

  watched(part: string): void {
    const standing = this.#parts.get(part)
    if (standing !== undefined) standing.watched = true
  }

  lost(part: string, now: number): void {
    const standing = this.#parts.get(part)
    if (standing?.watched !== true) return
    standing.watched = false
    standing.lostAt = now
  }

  heard(part: string, now: number): void {
    const standing = this.#parts.get(part)
    if (standing !== undefined) standing.heard = now
  }

  get allSynced(): boolean {
    return this.#each.every(({ synced }) => synced)
  }

  /**
   * `never` until every part was listed, `live` while every part is watched, `stale` when one has not been for
   * longer than the grace; in between, what it was. `heard` of a stale cluster is that of the part lost longest.
   * `again`: when to ask again, though nothing else happens.
   */
  freshness(now: number): { readonly freshness: Freshness; readonly again: number | null } {
    const lost = this.#each.filter(({ watched }) => !watched)
    const again = Math.min(...lost.map(({ lostAt }) => lostAt)) + this.#graceMs
    if (!this.allSynced || (lost.length > 0 && now < again)) {
      return { freshness: this.#last, again: this.allSynced ? again : null }
    }
    this.#last =
      lost.length === 0
        ? { kind: 'live', heard: Math.max(...this.#each.map(({ heard }) => heard)) }
        : { kind: 'stale', heard: Math.min(...lost.map(({ heard }) => heard)) }
    return { freshness: this.#last, again: null }
  }

  get #each(): readonly PartStanding[] {
    return [...this.#parts.values()]
  }
}

interface PartStanding {
  synced: boolean
  watched: boolean
  /** Since when it is not watched. */
  lostAt: number
  heard: number
}
