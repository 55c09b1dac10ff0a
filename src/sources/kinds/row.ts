import type { CredentialsOptions } from '../apiserver/index.ts'
import type { ClusterSource, SourceChoice, SourceRow } from './types.ts'

/** What there is to say of a source; what is left out is as it is of most. */
type SourceDefinition = Pick<ClusterSource, 'place' | 'start' | 'readOnce'> & Partial<ClusterSource>

/** A kind of source: which choices are of it, and the source that each of them chooses. */
export const sourceRow = <C extends SourceChoice>(
  is: (choice: SourceChoice) => choice is C,
  open: (choice: C, options: CredentialsOptions) => SourceDefinition,
): SourceRow => ({
  open: (choice, options) => (is(choice) ? { ...USUAL, ...open(choice, options) } : undefined),
})

/** One that several clusters may share, and that is no API server of theirs. */
const USUAL: Omit<ClusterSource, 'place' | 'start' | 'readOnce'> = {
  shared: null,
  access: null,
  credentials: null,
  isKnown: true,
  isHere: false,
  isFound: false,
  kinds: (all, scope) => all.at(scope),
  files: () => 1,
  ifEmpty: () =>
    'see whether this is the cluster that is meant: even an empty one holds the Service kubernetes',
}
