import type { PolicyWords, WrittenPart } from './mcs-types.ts'
import { inMetadata } from './meta.ts'
import { type Fields, isAbsent, type Left, lenient, section } from './narrow.ts'
import { PlainYamlError, readPlainYaml } from './plain-yaml.ts'
import { ANNOTATION } from './wellknown.ts'

/** Annotations of a ServiceExport by which its cluster says how the service is routed, by what they say. */
export const POLICY_ANNOTATIONS = {
  weights: ANNOTATION.weights,
  distribute: ANNOTATION.distribute,
  failover: ANNOTATION.failover,
  minHealthy: ANNOTATION.minHealthy,
} as const

/** Characters of one: hundreds of localities. */
const MOST_POLICY = 16_384

const wordsIn = inMetadata<PolicyWords | null>(
  'annotations',
  lenient(
    section((tags) => {
      const parts = Object.entries(POLICY_ANNOTATIONS).filter(([, name]) => !isAbsent(tags[name]))
      if (parts.length === 0) return null
      return Object.fromEntries(parts.map(([part, name]) => [part, written(tags[name])]))
    }),
    null,
  ),
)

/** What they say, as values; nothing where there is none. */
export function policyOf(fields: Fields, left: Left): { readonly policy?: PolicyWords } {
  const policy = wordsIn(fields, left)
  return policy === null ? {} : { policy }
}

function written(text: unknown): WrittenPart {
  if (typeof text !== 'string') return { problem: 'it is not text (in YAML, what is in it needs quotes)' }
  if (text.length > MOST_POLICY)
    return { problem: `it has ${text.length} characters, and may have ${MOST_POLICY}` }
  try {
    return { value: readPlainYaml(text) }
  } catch (error) {
    if (!(error instanceof PlainYamlError)) throw error
    return { problem: `it cannot be read: ${error.message}` }
  }
}
