/**
 * From the exports of one service to its one ServiceImport and their conflicts (KEP-1645; answers.md 2, "Synthesis of
 * the ServiceImport"). Pure. `synthesize.ts` is the whole of it, property by property; the other files compare what two
 * exports say.
 */

// Ports of the import and of exports, which may name one otherwise: `portIn` is the export's own port for a merged one,
// `portOf` the merged one for its own, `portsNamed` those of a list by name and protocol. `portDifferences` tells people
// what a cluster has otherwise. `PRECEDING`: how messages call the export that decides, the oldest or the first
// declared.
export { PRECEDING, portDifferences, portIn, portOf, portsNamed, printPorts } from './ports.ts'
// Exports in order of precedence, in; the import, out, or undefined where nobody exports.
export { synthesize } from './synthesize.ts'
// The import as a value, with its conflicts; the controller writes both to clusters.
export { CONFLICT_REASONS, type Conflict, type Import } from './types.ts'
