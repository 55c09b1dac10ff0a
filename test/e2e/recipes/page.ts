/** The blocks of a page, found by the file that their first line names: `# /etc/unbound/unbound.conf.d/meridian.conf`. */

import { blocksOf, readPage } from '../../docs/markdown.ts'

/** The text of the one block of that page for that file. */
export function blockOf(page: string, file: string): string {
  const blocks = blocksOf(readPage(page)).filter(({ lines }) => fileOf(lines[0]) === file)
  const [block] = blocks
  if (block === undefined || blocks.length > 1)
    throw new Error(`${page}: ${blocks.length} blocks that begin with a comment of ${file}, not one`)
  return `${block.lines.join('\n')}\n`
}

const fileOf = (line = ''): string | undefined => /^(?:#|\/\/|--|;) (\S+?),?(?: .*)?$/.exec(line)?.[1]
