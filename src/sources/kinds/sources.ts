import type { CredentialsOptions } from '../apiserver/index.ts'
import { API_SERVER } from './api-server.ts'
import { MANIFESTS } from './manifests.ts'
import { NONE } from './none.ts'
import type { ClusterSource, SourceChoice, SourceRow } from './types.ts'

/** Kinds of sources, each with its row. Never changes. */
export class Sources {
  readonly rows: readonly SourceRow[]

  constructor(rows: readonly SourceRow[]) {
    this.rows = rows
  }

  /** The source that a choice chooses. */
  of(choice: SourceChoice, options: CredentialsOptions = {}): ClusterSource {
    for (const { open } of this.rows) {
      const source = open(choice, options)
      if (source !== undefined) return source
    }
    throw new Error(`no kind of source is called ${choice.kind}`)
  }
}

/** All that there are. A kind is a file of its own, and its row here. */
export const SOURCES = new Sources([MANIFESTS, API_SERVER, NONE])
