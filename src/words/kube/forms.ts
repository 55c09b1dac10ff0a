/** RFC 1123 subdomain: labels with dots between, 253 characters at most. */
export const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/

/** What an object may be called at most. */
export const isSubdomain = (text: string): boolean => SUBDOMAIN.test(text)

export const WORD_PATTERN = '[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?'

const WORD = new RegExp(`^${WORD_PATTERN}$`)

/** A label's value that says something, and the last part of a qualified name: 63 characters at most. */
export const isWord = (text: string): boolean => WORD.test(text)

export const isLabelValue = (text: string): boolean => text === '' || isWord(text)

/** A label's key, or an application protocol: `tier`, `example.com/tier`: a word, and maybe a subdomain before it. */
export function isQualifiedName(text: string): boolean {
  const [name = '', prefix, ...more] = text.split('/').toReversed()
  return more.length === 0 && (prefix === undefined || SUBDOMAIN.test(prefix)) && isWord(name)
}
