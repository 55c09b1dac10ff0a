import type { Candidate } from '../../../src/answer/routing/index.ts'
import { NO_LABELS, type Policy } from '../../../src/words/clusterset/index.ts'

/** Somebody with two ready endpoints who is reached, but for what is said otherwise. */
export const candidate = (id: string, said: Partial<Candidate> = {}): Candidate => ({
  id,
  locality: null,
  network: null,
  labels: NO_LABELS,
  freshness: { kind: 'live', heard: 0 },
  drain: false,
  slow: false,
  weight: null,
  endpoints: { count: 2, total: 2 },
  ports: [],
  route: { kind: 'endpoints', families: [4], addresses: [] },
  ...said,
})

/** Nobody wants anything. */
export const POLICY: Policy = {
  prefer: null,
  weights: null,
  distribute: [],
  failover: [],
  minHealthy: null,
}
