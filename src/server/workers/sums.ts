import { Counter, type CountSheet, type Sample } from '../../words/observe/index.ts'

/** Two sheets of counts as one. */
export const sumSheets = (a: CountSheet, b: CountSheet): CountSheet => ({
  requests: sum(a.requests, b.requests),
  answered: sum(a.answered, b.answered),
  noRoute: sum(a.noRoute, b.noRoute),
  dropped: sum(a.dropped, b.dropped),
  bugs: sum(a.bugs, b.bugs),
  duration: {
    counts: a.duration.counts.map((count, i) => count + (b.duration.counts[i] ?? 0)),
    sum: a.duration.sum + b.duration.sum,
  },
})

function sum(...several: readonly (readonly Sample[])[]): readonly Sample[] {
  const counter = new Counter()
  for (const { labels, value } of several.flat()) counter.add(labels, value)
  return [...counter.samples()]
}
