import { CILIUM_AFFINITY } from './cilium-affinity.ts'
import { CONFIGURED_POLICY } from './configured-policy.ts'
import { EXPORTED_POLICY } from './exported-policy.ts'
import { ISTIO_POLICY } from './istio-policy.ts'
import { REGISTRY_POLICY } from './registry-exports.ts'
import type { PolicyProvider } from './rule-types.ts'

/**
 * Who says what a service's routing policy is; of each part the first decides: meridian.yaml over annotations over
 * objects. One is a file of its own, and its row here.
 */
export const POLICY_PROVIDERS: readonly PolicyProvider[] = [
  CONFIGURED_POLICY,
  EXPORTED_POLICY,
  CILIUM_AFFINITY,
  ISTIO_POLICY,
  REGISTRY_POLICY,
]
