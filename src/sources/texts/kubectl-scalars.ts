import { parseDocument, type ScalarTag, type Tags } from 'yaml'
import { plainData } from './plain-data.ts'

// Plain scalars that YAML 1.2 takes for text, or for other numbers, and kubectl (go-yaml v2 in sigs.k8s.io/yaml) does not.

const TRUTH: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:[yYnN]|[yY]es|YES|[nN]o|NO|[oO]n|ON|[oO]ff|OFF)$/,
  resolve: (text) => /^(?:y|on)/i.test(text),
}

/** Leading zeros are octal, and `_` may stand between digits. */
const INTEGER: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?(?:0[0-7_]+|0[oO][0-7_]+|0[xX][0-9a-fA-F_]+|0[bB][01_]+|[0-9][0-9_]*_[0-9_]*)$/,
  resolve: (text) => {
    const [, sign, digits = ''] = /^([-+]?)(.*)$/.exec(text.replaceAll('_', '')) ?? []
    const size = Number(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits)
    return sign === '-' ? -size : size
  },
}

/** What says that it is a time is the text of one, as what only looks like it. */
const TIME: ScalarTag = { tag: 'tag:yaml.org,2002:timestamp', resolve: (text) => text }

export const KUBECTL_SCALARS: readonly ScalarTag[] = [TRUTH, INTEGER, TIME]

/**
 * How kubectl reads YAML: `<<` merges, of a key that is there twice the last holds, and whichever version a document says
 * it is of, its scalars are the same. A warning of the parser would quote the text on standard error.
 */
export const AS_MANIFEST = {
  version: '1.2',
  schema: 'core',
  merge: true,
  uniqueKeys: false,
  logLevel: 'error',
  customTags: (tags: Tags): Tags => [...KUBECTL_SCALARS, ...tags],
} as const

/**
 * A kubeconfig, or what a credential plugin prints, as kubectl reads it: the first document. Throws if it is none.
 * `mostValues`: what its aliases may stand for.
 */
export function readKubeconfig(text: string, mostValues?: number): unknown {
  const document = parseDocument(text, AS_MANIFEST)
  const error = document.errors.find(({ code }) => code !== 'MULTIPLE_DOCS')
  if (error !== undefined) throw error
  return plainData(document, mostValues)
}
