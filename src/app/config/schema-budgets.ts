import { key, section, wholeNumber } from './values.ts'

const MEBIBYTE = 2 ** 20

/** What one cluster may cost. */
export const budgets = key(
  section({
    octets: key(
      wholeNumber(16 * MEBIBYTE, 2 ** 40, 100 * MEBIBYTE)
        .nullable()
        .prefault(null),
      "Octets of objects that are kept of one cluster, by an estimate; null: a tenth of what the main thread's heap may hold (`--max-old-space-size`, the chart's `heapPercent`), at least 16 MiB.",
      100 * MEBIBYTE,
    ),
    objects: key(
      wholeNumber(1000, 100_000_000, 1_000_000).prefault(1_000_000),
      'Objects that are kept of one cluster.',
    ),
    line: key(
      wholeNumber(65_536, 64 * MEBIBYTE, 8 * MEBIBYTE).prefault(8 * MEBIBYTE),
      'Octets of the longest object of an API server that is read; one of more is told as one that cannot be read, and costs itself alone.',
    ),
  }).prefault({}),
  'What one cluster may cost: beyond it the cluster stops at what it has, and that is told.',
)
