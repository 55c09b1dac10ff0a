import type { Zone } from './types.ts'

/** How names of services stand in a zone, by its kind (answers.md 2). */
interface Grammar {
  /** What stands between a namespace and the zone's own name. */
  readonly below: '' | 'svc'
  /** Whether `<svc>` alone is that of the default namespace. */
  readonly isShort: boolean
  /** Whether `<cluster>.<svc>.<ns>` has that cluster's addresses: then SRV records, which say the numbers, lead there, one for each. */
  readonly hasClusters: boolean
  /** Whether it is one cluster's, as that holds it: a host name then needs no cluster behind it. */
  readonly isOfOne: boolean
  /** Whether `_explain` is there. */
  readonly isExplained: boolean
  /** Whether what stands outside of clusters is there without any export. */
  readonly hasSites: boolean
  /** Whether a name may come to be another one's: then nothing that was made for it holds but for that one's own. */
  readonly hasWildcards: boolean
}

const GRAMMARS: Readonly<Record<Zone['kind'], Grammar>> = {
  clusterset: {
    below: 'svc',
    isShort: false,
    hasClusters: false,
    isOfOne: false,
    isExplained: true,
    hasSites: false,
    hasWildcards: false,
  },
  global: {
    below: '',
    isShort: true,
    hasClusters: true,
    isOfOne: false,
    isExplained: true,
    hasSites: true,
    hasWildcards: false,
  },
  cluster: {
    below: 'svc',
    isShort: false,
    hasClusters: false,
    isOfOne: true,
    isExplained: false,
    hasSites: false,
    hasWildcards: false,
  },
  federation: {
    below: '',
    isShort: false,
    hasClusters: true,
    isOfOne: false,
    isExplained: false,
    hasSites: false,
    hasWildcards: false,
  },
  entries: {
    below: '',
    isShort: false,
    hasClusters: true,
    isOfOne: false,
    isExplained: false,
    hasSites: true,
    hasWildcards: true,
  },
  reverse: {
    below: '',
    isShort: false,
    hasClusters: false,
    isOfOne: false,
    isExplained: false,
    hasSites: false,
    hasWildcards: false,
  },
}

export const grammarOf = (kind: Zone['kind']): Grammar => GRAMMARS[kind]
