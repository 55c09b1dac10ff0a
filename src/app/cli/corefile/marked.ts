import { withoutMark } from '../../../sources/texts/index.ts'

/** The lines that a block of Meridian's stands between. */
export const BEGIN = '# meridian: begin'
export const END = '# meridian: end'

/** A Corefile around the place of Meridian's block: where that is, or at its beginning. Put together, it is what it was. */
export interface MarkedCorefile {
  readonly before: string
  /** With its marks, on whole lines; empty if there is none. */
  readonly own: string
  readonly after: string
}

/** Undefined if the marks are not one pair in order: somebody has been between them. */
export function parseMarked(corefile: string): MarkedCorefile | undefined {
  const text = withoutMark(corefile)
  const marked = parseText(text)
  // Where a Corefile begins CoreDNS takes a byte order mark off; anywhere else it is part of a zone's name.
  return marked && { ...marked, before: corefile.slice(0, corefile.length - text.length) + marked.before }
}

function parseText(corefile: string): MarkedCorefile | undefined {
  const begins = [...corefile.matchAll(/^[ \t]*# meridian: begin\b.*$/gm)]
  const ends = [...corefile.matchAll(/^[ \t]*# meridian: end\b.*(?:\r?\n)?/gm)]
  const [begin, end] = [begins[0], ends[0]]
  if (begin === undefined && end === undefined) return { before: '', own: '', after: corefile }
  if (begin === undefined || end === undefined || begins.length + ends.length > 2) return undefined
  if (end.index < begin.index) return undefined
  const over = end.index + end[0].length
  return {
    before: corefile.slice(0, begin.index),
    own: corefile.slice(begin.index, over),
    after: corefile.slice(over),
  }
}
