import type { ApiServerLimits, Credentials, CredentialsChoice } from '../../sources/apiserver/index.ts'
import type { SourceProblem } from '../../sources/changes/index.ts'
import type { SourceChoice } from '../../sources/kinds/index.ts'
import type { SavedCluster, SavedFound } from '../../sources/state/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { DeclaredCluster, Suffixes } from '../config/index.ts'
import type { RegistryRow } from './row.ts'

/**
 * A cluster that a registry holds: declared as one of the configuration is, in a Secret or another object. Equal ones are the
 * same object, and so are equal parts of different ones.
 */
export interface FoundCluster extends DeclaredCluster {
  /** Its own API server; or nothing, where its registry has not been read since this start. */
  readonly source: SourceChoice
  /** Where it is declared, in a sentence: `Secret meridian/west`. */
  readonly place: string
  /** What is kept of it for the next start: what it declares, and no credentials. */
  readonly saved: SavedCluster
  /** The name of the registry that holds it; undefined: it was found before this start, by one that had none. */
  readonly registry?: string | undefined
  /** What its registry's objects call it; absent: by its id. */
  readonly name?: string | undefined
  /** Its registry has all clusters of a fleet, so that it may be in already, by the same id. */
  readonly mayBeIn?: boolean | undefined
  /** How it is given another id, where its registry knows more of that. */
  readonly renaming?: string | undefined
}

/** What registries hold. */
export interface Found {
  /** The clusters that join by them, in order of precedence. */
  readonly found: readonly FoundCluster[]
  /** Those that are in already by the same id, by the configuration or another registry, as their own has them. */
  readonly again: readonly FoundCluster[]
}

/** A cluster of the configuration: its id is taken, and so is the cluster behind it. */
export interface Configured {
  /** Its id, which no cluster that is found may have. */
  readonly id: ClusterId
  /** What its API server is asked with who it is; null: that is not known, so that its identity cannot be compared. */
  readonly credentials: Credentials | null
}

/** What a registry is started with: whose objects it watches, what is configured beside them, and whom it tells. */
export interface RegistryOptions {
  /** For the cluster that this server runs in: its objects are watched by registries that name no API server of their own. */
  readonly credentials: Credentials
  /** The same as a choice, for clusters whose Secrets are read there. Default: `inCluster`. */
  readonly home?: CredentialsChoice
  /** The kinds of registries. Default: all that there are. */
  readonly rows?: readonly RegistryRow[]
  /** The clusters of the configuration, asked for at each look; the credentials of one that has not changed are the same object. */
  readonly configured: () => readonly Configured[]
  /** The suffixes of zones in force: by them an id may be one that no cluster can have (answers.md 1). */
  readonly suffixes: () => Suffixes
  /** What `recall` made of those found before this start: they stay until every registry that may hold them is read. */
  readonly recalled?: Found
  /** What `heldBefore` made of it: they are whose they were, until those say otherwise. */
  readonly held?: ReadonlyMap<string, string>
  /**
   * All clusters found: when the objects were first listed, even if that is none, and whenever some joined, changed
   * or left. What was found stays while the API server is away.
   */
  readonly changed: (found: Found) => void
  /** What to recall of them at the next start, before `changed` tells of it, and whenever that alone has changed. */
  readonly save?: (saved: SavedFound) => void
  /** A problem that was none before, as one line: where, what, remedy. */
  readonly problem: (text: string) => void
  /** What tests have shorter. */
  readonly limits?: Partial<RegistryLimits>
  /** The time in Unix milliseconds. Default: by a clock that only goes forward. */
  readonly now?: () => number
  /** Chance, from 0 to below 1, which spreads waits. Default: Math.random. */
  readonly random?: () => number
}

/** The limits of a registry: every wait and every bound, in milliseconds, besides those of reflectors. */
export interface RegistryLimits extends ApiServerLimits {
  /** How long a cluster may take to say who it is before it joins all the same. */
  readonly identityMs: number
  /** How long until a cluster is asked again that did not say who it is, or is another than before. */
  readonly askAgainMs: number
  /** How many clusters of one registry count, and of all together, the oldest first: each takes its room, whatever it says. */
  readonly clusters: number
  /** How long until one is asked again that said who it is, and is what it was. */
  readonly confirmMs: number
}

/** A problem that a person should mend. */
export interface RegistryProblem extends SourceProblem {
  /**
   * `registry`: its objects cannot be listed. `cluster`: one is left out, or stays as it was. `identity`: whether one
   * is another under a second id is not known, or one that stays in all the same is. `remark`: nothing is wrong.
   */
  readonly about: 'registry' | 'cluster' | 'identity' | 'remark'
}

/** The state of a registry, for readiness, metrics and the admin pages. */
export interface RegistryStatus {
  /** Every registry's objects have been listed, and `changed` has been told of them. */
  readonly synced: boolean
  /** How many clusters are left out: what the metric counts. */
  readonly leftOut: number
  /** How many of those are members as soon as their objects are mended, as far as is known. */
  readonly spoilt: number
  /** All present ones, of all registries. */
  readonly problems: readonly RegistryProblem[]
}

/** A registry at work. */
export interface RunningRegistry {
  /** How it stands now. */
  readonly status: () => RegistryStatus
  /** Looks again, since the configured clusters or the suffixes have changed. */
  readonly reconsider: () => void
  /** No call comes after it. */
  readonly stop: () => Promise<void>
}
