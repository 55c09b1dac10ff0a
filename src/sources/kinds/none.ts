import { readAlone, startAlone } from './alone.ts'
import { sourceRow } from './row.ts'
import type { SourceChoice } from './types.ts'

/** Nobody knows yet, and the cluster's last view is all there is. */
interface NoChoice extends SourceChoice {
  readonly kind: 'none'
}

const isNone = (choice: SourceChoice): choice is NoChoice => choice.kind === 'none'

export const NONE = sourceRow(isNone, () => ({
  place: 'nowhere',
  isKnown: false,
  files: () => 0,
  start: startAlone(() => () => ({ stop: async () => undefined })),
  readOnce: readAlone(async () => ({ changes: null, problems: [] })),
}))
