import { isCollection } from 'yaml'
import { WAS_EMPTY, WAS_NULL } from './insert.ts'
import {
  type Collection,
  colonOf,
  indexOf,
  lineEnd,
  lineStart,
  nodeEntriesOf,
  pairOf,
  rangeOf,
} from './nodes.ts'
import { type NodePath, type WrittenObject, writtenNodeAt } from './written.ts'

/** How what `inserted` has put in is taken out. Undefined if it is not there. */
export function dropped(written: WrittenObject, path: NodePath): string | undefined {
  const { text } = written
  const [above, key] = [path.slice(0, -1), path.at(-1)]
  const parent = writtenNodeAt(written, above)
  if (!isCollection(parent) || key === undefined) return undefined
  const i = indexOf(parent, key)
  if (i === -1) return undefined
  const colon = colonAbove(written, above)
  if (parent.items.length > 1) return unmarked(cut(text, parent, i), colon)
  return parent.flow === true ? emptiedFlow(written, above, parent) : emptied(written, above, parent, colon)
}

/** The place behind the colon of what holds it. */
function colonAbove(written: WrittenObject, path: NodePath): number | undefined {
  const pair = pairOf(writtenNodeAt(written, path.slice(0, -1)), path.at(-1) ?? '')
  return pair && colonOf(pair)
}

/** Only what others added since is left: that it was empty is no more worth saying. */
function unmarked(text: string, colon: number | undefined): string {
  if (colon === undefined || !text.startsWith(WAS_EMPTY, colon)) return text
  const rest = text.slice(colon + WAS_EMPTY.length)
  return text.slice(0, colon) + rest.replace(/^[ \t]*(\{[ \t]*\}|\[[ \t]*\]|null|Null|NULL|~)?/, '')
}

function cut(text: string, parent: Collection, i: number): string {
  const entries = nodeEntriesOf(text, parent)
  const [previous, entry, next] = [entries[i - 1], entries[i], entries[i + 1]]
  if (entry === undefined) return text
  if (parent.flow === true && previous !== undefined)
    return text.slice(0, previous.end) + text.slice(entry.end)
  const start = lineStart(text, entry.start)
  const isCompact = parent.flow === true || text.slice(start, entry.start).trim() !== ''
  if (isCompact && next !== undefined) return text.slice(0, entry.start) + text.slice(next.start)
  return cutLines(text, start, lineEnd(text, entry.end))
}

/** With the end of the last of them, or where the text ends without one, of the line before. */
function cutLines(text: string, start: number, end: number): string {
  const over = /^\r?\n/.exec(text.slice(end))?.[0].length ?? 0
  return over > 0
    ? text.slice(0, start) + text.slice(end + over)
    : text.slice(0, start).replace(/\r?\n$/, '') + text.slice(end)
}

/** The last of a block: what held it is as it was, or goes as well. */
function emptied(
  written: WrittenObject,
  above: NodePath,
  parent: Collection,
  colon: number | undefined,
): string | undefined {
  const { text } = written
  if (colon === undefined || !text.startsWith(WAS_EMPTY, colon)) return dropped(written, above)
  const [entry] = nodeEntriesOf(text, parent)
  const line = text.slice(colon + WAS_EMPTY.length, lineEnd(text, colon))
  return text.slice(0, colon) + line + text.slice(lineEnd(text, entry?.end ?? colon))
}

function emptiedFlow(written: WrittenObject, above: NodePath, parent: Collection): string | undefined {
  const { text } = written
  const [[start, end], [entry]] = [rangeOf(parent), nodeEntriesOf(text, parent)]
  if (entry === undefined) return undefined
  const gap = text.slice(start + 1, entry.start)
  if (gap === '') return text.slice(0, start + 1) + text.slice(entry.end)
  return gap === WAS_NULL ? `${text.slice(0, start)}null${text.slice(end)}` : dropped(written, above)
}
