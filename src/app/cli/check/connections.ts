import type { Name } from '../../../values/dns/index.ts'
import type { ClusterId } from '../../../words/clusterset/index.ts'
import type { ServiceKey } from '../../../words/kube/index.ts'

/** From here to each cluster: what the names of services resolve to, and who answers there. */
export interface ConnectReport {
  /** Where names are answered as seen from: this server's cluster. */
  readonly from: string
  /** Who was asked for names; null: this host's resolvers. */
  readonly server: string | null
  /** The path that was asked for over HTTP; null: none was. */
  readonly http: string | null
  readonly tried: readonly Tried[]
}

export interface Tried extends Target {
  /** Those that were connected to; `more` of them were not. */
  readonly addresses: readonly string[]
  readonly more: number
  /** Why the name has no address here; null: it has. */
  readonly unresolved: string | null
  readonly connects: readonly ConnectOutcome[]
}

export interface ConnectOutcome {
  readonly host: string
  readonly port: number
  /** null: it was accepted, and answered if it was asked. */
  readonly failure: string | null
  /** Of HTTP; null: not asked, or not answered. */
  readonly status: number | null
}

/** A name that clients here are answered, and where they connect to then. */
export interface Target {
  /** `shop/cart`; a host of a ServiceEntry by its name. */
  readonly service: ServiceKey | Name
  /** Whose address it has: a cluster's or a place's by its own name; else the zone, in which whoever is nearest answers. */
  readonly to: ClusterId | string
  readonly name: string
  /** null: nothing of TCP is there to connect to. */
  readonly port: number | null
}

/** Why there is neither an address nor an answer where the time for all was over before. */
export const NOT_TRIED = 'not tried: the time for all was over'

/** Whether somebody answered as clients expect. */
export const isFine = ({ failure, status }: ConnectOutcome): boolean =>
  failure === null && (status === null || (status >= 200 && status < 400))

/** `10.1.0.1:80: refused: nothing listens there`, `[fd00::1]:80: HTTP 503`. */
export function printOutcome({ host, port, failure, status }: ConnectOutcome): string {
  const at = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  return `${at}: ${failure ?? (status === null ? 'connected' : `HTTP ${status}`)}`
}
