/** From the exports of one service to its one ServiceImport and their conflicts (KEP-1645). Pure. */
export { PRECEDING, portDifferences, portIn, portOf, portsNamed, printPorts } from './ports.ts'
export { synthesize } from './synthesize.ts'
export { CONFLICT_REASONS, type Conflict, type Import } from './types.ts'
