/** A design document of a federation, which was not written for us: its fenced blocks, and the objects in them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ROOT } from './markdown.ts'

export const FEDERATION = 'fixtures/federation'

const DOCUMENT = join(ROOT, FEDERATION, 'document.zh.md')

/** One object of a block, or a block that is none. */
export interface Told {
  /** `3.2`: of the heading above. */
  readonly section: string
  /** `ServiceEntry istio-system/cross-cluster-service`; `script`. */
  readonly title: string
  readonly text: string
}

export const documentText = (): string => readFileSync(DOCUMENT, 'utf8')

/** The blocks, one after the other: a line that begins with a fence opens one or closes it, whatever is behind it. */
export function blocksOfDocument(
  text: string,
): readonly { readonly section: string; readonly text: string }[] {
  const blocks: { section: string; text: string }[] = []
  let section = ''
  let open: string[] | undefined
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) {
      if (open !== undefined) blocks.push({ section, text: open.join('\n') })
      open = open === undefined ? [] : undefined
    } else if (open !== undefined) open.push(line)
    else section = /^### (\d+\.\d+) /.exec(line)?.[1] ?? section
  }
  if (open !== undefined) throw new Error('a block of the document is never closed')
  return blocks
}

/** All that the blocks hold. */
export const toldBy = (text: string): readonly Told[] =>
  blocksOfDocument(text).flatMap(({ section, text: block }) =>
    block.startsWith('#!')
      ? [{ section, title: 'script', text: block }]
      : block
          .split(/^---$/m)
          .map((one) => ({ section, title: titleOf(one), text: one.replace(/^\n+|\n+$/g, '') })),
  )

function titleOf(text: string): string {
  const { kind, metadata } = Object(parse(text))
  const { name, namespace } = Object(metadata)
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
}
