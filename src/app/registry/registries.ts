import type { Registry } from '../config/index.ts'
import { CLUSTER_PROFILES } from './cluster-profiles.ts'
import { KARMADA_REGISTRY } from './karmada.ts'
import { KUBEFED_REGISTRY } from './kubefed.ts'
import type { OpenRegistry, RegistryRow } from './row.ts'
import { SECRETS } from './secrets.ts'

/** All kinds of registries that there are. A kind is a file of its own, and its row here. */
export const REGISTRIES: readonly RegistryRow[] = [
  SECRETS,
  CLUSTER_PROFILES,
  KUBEFED_REGISTRY,
  KARMADA_REGISTRY,
]

/** A registry of the configuration, ready to be read. */
export function openRegistry(registry: Registry, rows: readonly RegistryRow[] = REGISTRIES): OpenRegistry {
  for (const { open } of rows) {
    const opened = open(registry)
    if (opened !== undefined) return opened
  }
  throw new Error(`no kind of registry has the keys ${Object.keys(registry).join(', ')}`)
}
