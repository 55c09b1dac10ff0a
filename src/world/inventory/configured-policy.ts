import { CONFIGURED, NO_POLICIES } from '../../words/clusterset/index.ts'
import type { PolicyProvider } from './rule-types.ts'

/** `routing.services`. */
export const CONFIGURED_POLICY: PolicyProvider = (key, { configured }) => {
  const own = configured.get(key)
  return own === undefined ? NO_POLICIES : [{ ...own, by: CONFIGURED, viewpoints: null }]
}
