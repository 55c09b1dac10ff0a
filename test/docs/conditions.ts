/** docs/reference/conditions.md as values: every condition, reason and message that it tells of. */
import { readPage } from './markdown.ts'

export interface Documented {
  readonly on: string
  readonly type: string
  readonly status: string
  readonly reason: string
  /** Forms of the message; `<…>` stands for anything. */
  readonly messages: readonly string[]
}

export function documentedConditions(): readonly Documented[] {
  const rows: Documented[] = []
  let [on, type] = ['', '']
  for (const line of readPage('docs/reference/conditions.md').text.split('\n')) {
    const [, hashes, title = ''] = /^(##+) (.*)$/.exec(line) ?? []
    if (hashes === '##') on = title
    if (hashes === '###') type = title
    const [, status = '', reason = '', messages = ''] =
      /^\| (True|False) \| `(\w+)` \| (.*?) \|/.exec(line) ?? []
    if (status === '') continue
    const forms = [...messages.matchAll(/`([^`]+)`/g)].map(([, form = '']) => form)
    rows.push({ on, type, status, reason, messages: forms })
  }
  return rows
}

/** Whether a message is one sentence, or several, of some forms. */
export function isOfForm(message: string, forms: readonly string[]): boolean {
  const one = forms
    .map((form) =>
      form
        .split(/<[^>]+>/)
        .map(escaped)
        .join('.*'),
    )
    .join('|')
  return new RegExp(`^(${one})( (${one}))*$`).test(message)
}

const escaped = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}/]/g, '\\$&')
