import { describe, expect, test } from 'vitest'
import { helpOf } from '../app/cli/helps.ts'
import { allPages, blocksOf, type Page } from './markdown.ts'

interface Use {
  readonly command: string
  readonly flags: readonly string[]
  readonly place: string
}

/** `meridian` where a command stands: as itself or as the file in the image. */
const COMMAND =
  /(?:^|[|;(]|\$ |-- )\s*(?:meridian|npm run (?:-s |--silent )?meridian --|(?:\S*\/)?node \S*meridian\.mjs|\S*\/meridian\.mjs)\s+([a-z]+)\b([^|;#)\n]*)/g

const usesIn = (page: Page): readonly Use[] =>
  blocksOf(page)
    .filter(({ language }) => ['sh', 'console', ''].includes(language))
    .flatMap(({ lines, line }) =>
      [
        ...lines
          .join('\n')
          .replaceAll(/\\\n\s*/g, ' ')
          .matchAll(new RegExp(COMMAND, 'gm')),
      ].map(([, command = '', rest = '']) => ({
        command,
        flags: [...rest.matchAll(/(?<=\s)--[a-z][a-z-]*/g)].map(([flag]) => flag),
        place: `${page.path}:${line}`,
      })),
    )

const uses = allPages().flatMap(usesIn)

describe('commands of Meridian that pages show exist, with their options', () => {
  test('the pages show most of them', () => {
    const shown = new Set(uses.map(({ command }) => command))
    expect(
      ['check', 'explain', 'ask', 'corefile', 'render'].filter((command) => !shown.has(command)),
    ).toEqual([])
  })

  test.each(uses)('$command $flags ($place)', ({ command, flags }) => {
    const help = helpOf(command) ?? ''
    expect(help).toContain(`meridian ${command}`)
    expect(flags.filter((flag) => !new RegExp(`${flag}(?![a-z-])`).test(help))).toEqual([])
  })
})
