/** What the conformance suite of the Multi-Cluster Services API asserts, and the clusters to assert it in. */

import { CONNECTIVITY } from './specs/connectivity.ts'
import { DNS } from './specs/dns.ts'
import { ENDPOINT_SLICES } from './specs/endpoint-slices.ts'
import { SERVICE_IMPORTS } from './specs/service-imports.ts'
import type { Spec } from './specs/spec.ts'

export { type McsGround, type Site, startMcsGround } from './ground.ts'
export { type Implementation, startMeridians } from './implementation.ts'
export { Member, type Slice, sourceOf, type Tools } from './member.ts'
export { reasonOf, SUITE, suiteProgram } from './module.ts'
export { deployment, service } from './objects.ts'
export { findSuite, type OfficialOutcome } from './official.ts'
export { FOLDER, Report } from './report.ts'
export { talk } from './specs/connectivity.ts'
export { hasAddresses, lookUp } from './specs/dns.ts'
export type { Spec } from './specs/spec.ts'
export { PATIENT, type Patience, specOf, World } from './world.ts'

export const SPECS: readonly Spec[] = [...SERVICE_IMPORTS, ...ENDPOINT_SLICES, ...DNS, ...CONNECTIVITY]
