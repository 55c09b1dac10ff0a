/** Forms that an API server takes, as Kubernetes' validation has them. */

/** RFC 1123 label: the name of a port. */
export const isDnsLabel = (text: string): boolean => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)

/** A label's value that says something, and the last part of a qualified name. */
export const isWord = (text: string): boolean => /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/.test(text)

const isPrefix = (text: string): boolean =>
  text.length <= 253 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(text)

/** A label's key, or an application protocol: a word, with a domain and a slash before it or without. */
export function isQualifiedName(text: string): boolean {
  const [prefix = '', name, ...more] = text.split('/')
  if (name === undefined) return isWord(prefix)
  return more.length === 0 && isPrefix(prefix) && isWord(name)
}
