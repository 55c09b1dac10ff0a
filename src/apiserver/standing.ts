import { type Freshness, NEVER } from '../clusterset/index.ts'
import type { Kind } from '../kube/index.ts'

/** How each kind of one cluster stands, and what that makes of the cluster. Times are Unix milliseconds. */
export class Standing {
  readonly #kinds: ReadonlyMap<Kind, KindStanding>
  readonly #graceMs: number
  #last: Freshness = NEVER

  constructor(kinds: readonly Kind[], graceMs: number) {
    const fresh = (): KindStanding => ({ synced: false, watched: false, lostAt: 0, heard: 0 })
    this.#kinds = new Map(kinds.map((kind) => [kind, fresh()]))
    this.#graceMs = graceMs
  }

  synced(kind: Kind, now: number): void {
    const standing = this.#kinds.get(kind)
    if (standing === undefined || standing.synced) return
    standing.synced = true
    standing.lostAt = now
  }

  watched(kind: Kind): void {
    const standing = this.#kinds.get(kind)
    if (standing !== undefined) standing.watched = true
  }

  lost(kind: Kind, now: number): void {
    const standing = this.#kinds.get(kind)
    if (standing?.watched !== true) return
    standing.watched = false
    standing.lostAt = now
  }

  heard(kind: Kind, now: number): void {
    const standing = this.#kinds.get(kind)
    if (standing !== undefined) standing.heard = now
  }

  get allSynced(): boolean {
    return this.#each.every(({ synced }) => synced)
  }

  /**
   * `never` until every kind was listed, `live` while every kind is watched, `stale` when one has not been for
   * longer than the grace; in between, what it was. `heard` of a stale cluster is that of the kind lost longest.
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

  get #each(): readonly KindStanding[] {
    return [...this.#kinds.values()]
  }
}

interface KindStanding {
  synced: boolean
  watched: boolean
  /** Since when it is not watched. */
  lostAt: number
  heard: number
}
