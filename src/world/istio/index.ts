/** What Istio's objects say of services, in the words of policies; what of them says nothing here, and why. Pure. */
export { type ServicePolicies, saidByRules } from './destination-rules.ts'
export type { EntryGround, PodEndpoint } from './entry-endpoints.ts'
export { serviceNamedBy } from './hosts.ts'
export {
  became,
  MOST_LISTED,
  nameOfObject,
  type ObjectOutcome,
  type ObjectSummary,
  OUTCOMES,
  objectSummary,
  SILENT,
  untitled,
} from './outcomes.ts'
export type { IstioRules } from './rules.ts'
export { type ServiceEntries, saidByEntries } from './service-entries.ts'
export { isToldOf } from './told.ts'
export { saidByRoutes } from './virtual-services.ts'
