/** A spec of the Multi-Cluster Services API's conformance suite, written anew from what it asserts. */

import type { Setting, World } from '../world.ts'

export type Label =
  | 'Required'
  | 'Optional'
  | 'ClusterIP'
  | 'Headless'
  | 'ExternalName'
  | 'ExportedLabels'
  | 'EndpointSlice'
  | 'DNS'
  | 'Connectivity'
  | 'StrictPortConflict'

export interface Spec {
  readonly title: string
  readonly labels: readonly Label[]
  readonly setting?: Setting
  readonly check: (world: World) => Promise<void>
  /** It asserts only that something is absent, or what a cluster does by itself: it passes where nobody implements it. */
  readonly passesOnSilence?: true
}
