import { afterAll, describe, expect, test } from 'vitest'
import { someOf } from '../support/runs.ts'
import { consolePages, isAsPrinted, wordsOf } from './console.ts'
import { FEDERATION } from './document.ts'
import { allPages } from './markdown.ts'
import { changesDemo, runPage } from './story.ts'
import { Demo, openWorkspace, servedFor } from './workspace.ts'

const demos = [new Demo(), new Demo(FEDERATION)]
afterAll(async () => {
  for (const demo of demos) await demo.close()
})

describe('every command of a console block prints what its page says', () => {
  const pages = consolePages(allPages())
  /** Each of these takes a server, or several, of its own. */
  const changing = pages.filter(changesDemo)
  test.each([
    ...someOf(
      pages.filter((page) => !changing.includes(page)),
      2,
    ),
    ...someOf(changing, 4),
  ])('$path', { timeout: 120_000 }, async (page) => {
    const demo = demos.find(({ folder }) => folder === servedFor(page))
    const workspace = await openWorkspace(demo ?? expect.fail(`${page.path}: nothing is served for it`))
    try {
      const differing = (await runPage(page, workspace)).filter(
        ({ step, actual }) => step.expected.length > 0 && !isAsPrinted(step.expected, actual),
      )
      const shown = ({ command, place }: { command: string; place: string }, lines: readonly string[]) =>
        [`${place}: $ ${command}`, ...lines].join('\n')
      expect(differing.map(({ step, actual }) => shown(step, actual))).toEqual(
        differing.map(({ step }) => shown(step, step.expected)),
      )
    } finally {
      await workspace.close()
    }
  })
})

describe('output is compared', () => {
  test('line by line', () => {
    expect(isAsPrinted(['a.b', 'c'], ['a.b', 'c'])).toBe(true)
    expect(isAsPrinted(['a.b', 'c'], ['a.b', 'd'])).toBe(false)
    expect(isAsPrinted(['a.b'], ['axb'])).toBe(false)
    expect(isAsPrinted(['a'], ['a', 'b'])).toBe(false)
  })

  test('with … for anything in a line, and alone for any lines', () => {
    expect(isAsPrinted(['serial …, ttl 5'], ['serial 17, ttl 5'])).toBe(true)
    expect(isAsPrinted(['a', '…', 'z'], ['a', 'b', 'c', 'z'])).toBe(true)
    expect(isAsPrinted(['a', '…', 'z'], ['a', 'z'])).toBe(true)
    expect(isAsPrinted(['…', 'z'], ['a', 'y'])).toBe(false)
  })

  test('addresses in any order', () => {
    expect(isAsPrinted(['10.0.0.1', '10.0.0.2'], ['10.0.0.2', '10.0.0.1'])).toBe(true)
    expect(isAsPrinted(['10.0.0.1', '10.0.0.2'], ['10.0.0.2', '10.0.0.3'])).toBe(false)
  })
})

describe('a command', () => {
  const words = (command: string) => wordsOf({ command, place: 'docs/debug/dig.md:7' })

  test('is split into words as a shell does it', () => {
    expect(words(`curl -s '127.0.0.1:9153/readyz?verbose'`)).toEqual([
      'curl',
      '-s',
      '127.0.0.1:9153/readyz?verbose',
    ])
    expect(words('meridian explain "shop/cart"')).toEqual(['meridian', 'explain', 'shop/cart'])
  })

  test.each(['dig a | sort', 'meridian ask $NAME', 'meridian check > out'])(
    'that needs more of a shell is refused, with its place: %s',
    (command) => {
      expect(() => words(command)).toThrow(/docs\/debug\/dig\.md:7: .*\n {2}uses more of a shell/)
    },
  )
})
