/**
 * What Istio's objects say of services, in the words of policies; what of them says nothing here, and why. Pure.
 *
 * Three kinds speak, each by a module that takes all objects that bear on a service and gives what they say together,
 * with what became of each: DestinationRules, VirtualServices, ServiceEntries. `rules.ts` is the file to open first:
 * whose objects count, and by which zones a host is a name of a service (`hosts.ts`). docs/reference/objects.md has it
 * field by field; who asks is `world/inventory` (`istio-policy.ts`, `istio-entries.ts`).
 */

// DestinationRules: distribution, failover and order by places, of the one rule that holds for a service's clients
// (answers.md 4.6). `ServicePolicies`: what objects say, as policies, and what became of each of them.
export { type ServicePolicies, saidByRules } from './destination-rules.ts'
// What a ServiceEntry may select its endpoints from, where it lists none itself: machines, which are WorkloadEntries,
// and pods, which are the endpoints of Services.
export type { EntryGround, PodEndpoint, SelectedPods } from './entry-endpoints.ts'
// The service that a host is a name of, `web.default.svc.clusterset.local` say, or one cluster's share of it; undefined:
// none.
export { serviceNamedBy } from './hosts.ts'
// What became of an object that was read for a service, for `explain`: in force, overridden by others, or left out with why
// (`OUTCOMES`, in the order in which they are told). Registries tell of their objects by the same values.
// `became` makes an `ObjectOutcome`, `objectSummary` all of one kind, of which it lists the first (`MOST_LISTED`) and
// counts the rest. `untitled`: a sentence without the object's name in front. `SILENT`: a policy that says nothing, to
// be spread and filled.
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
// Whose objects are read and which of them count, as configuration has it: `istio` in meridian.yaml.
export type { IstioRules } from './rules.ts'
// ServiceEntries: places outside of clusters, and ways to clusters' shares (answers.md 2, "What stands outside of
// clusters").
export { type ServiceEntries, saidByEntries } from './service-entries.ts'
// Whether `explain` tells of an object where it explains a service, in force or not: one of its hosts is a name of the
// service, or was meant to be. `isNameIn`: one of them is.
export { isNameIn, isToldOf } from './told.ts'
// VirtualServices: weights of clusters, for all clients or for those that a route is meant for (answers.md 4.6).
export { saidByRoutes } from './virtual-services.ts'
