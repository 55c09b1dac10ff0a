import { ENTRY_EXPORTS } from './entry-export.ts'
import { REGISTRY_EXPORTS } from './registry-exports.ts'
import type { ExportRule } from './rule-types.ts'
import { SERVICE_EXPORTS } from './service-export.ts'
import { ALL_SERVICES, CILIUM_SERVICES, SELECTED_SERVICES } from './service-itself.ts'

/** By what a cluster exports a service: the first that says something decides. A rule is a file of its own, and its row here. */
export const EXPORT_RULES: readonly ExportRule[] = [
  SERVICE_EXPORTS,
  REGISTRY_EXPORTS,
  CILIUM_SERVICES,
  SELECTED_SERVICES,
  ALL_SERVICES,
  ENTRY_EXPORTS,
]
