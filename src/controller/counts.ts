import type { ClusterId } from '../words/clusterset/index.ts'
import { Counter, type Sample } from '../words/observe/index.ts'
import type { HeldKind } from './held.ts'
import type { WriteResult, WriteVerb } from './pass.ts'

/** Writes by cluster, verb, kind and result. */
export class Counts {
  readonly #writes = new Counter()

  add(cluster: ClusterId, verb: WriteVerb, kind: HeldKind, result: WriteResult): void {
    this.#writes.add({ cluster, verb, kind, result })
  }

  samples(): Iterable<Sample> {
    return this.#writes.samples()
  }
}
