import { YAMLParseError } from 'yaml'

/** What quotes the text that it is about, which may be a secret. */
const QUOTING: ReadonlySet<string> = new Set([
  'TAG_RESOLVE_FAILED',
  'BAD_COLLECTION_TYPE',
  'BAD_DIRECTIVE',
  'BAD_DQ_ESCAPE',
])

/** The parser's reason and place, without the text that it is about. */
export function whyNotYaml(error: unknown): string {
  if (!(error instanceof YAMLParseError)) return 'an alias has no anchor, or there are too many of them'
  const [at] = error.linePos ?? []
  const reason = yamlReason(error)
  return at === undefined ? reason : `${reason} at line ${at.line}, column ${at.col}`
}

/** The reason alone. What is a secret may stand beside what is wrong, or be an alias's name. */
export function yamlReason(error: unknown): string {
  if (error instanceof ReferenceError) return error.message.replace(/: .*$/s, '')
  if (!(error instanceof YAMLParseError)) return error instanceof Error ? error.message : String(error)
  const [first = ''] = error.message.split('\n')
  return QUOTING.has(error.code)
    ? error.code.toLowerCase().replaceAll('_', ' ')
    : error.code === 'MULTIPLE_DOCS'
      ? 'a second document (---) begins'
      : first.replace(/(?<=\w): .*$|:$/, '').replace(/ at line \d+, column \d+$/, '')
}

/** Why a text is not JSON, without the text. */
export function jsonReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return / is not valid JSON$/.test(message) ? 'Unexpected token' : message
}
