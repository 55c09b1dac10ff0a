import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CHECKOUT } from '../../support/server.ts'
import { helpOf, wholeHelp } from './helps.ts'

const PAGE = readFileSync(join(CHECKOUT, 'docs/reference/commands.md'), 'utf8')

/** What is said of all commands; and below a heading that names the command. */
const [GENERAL = '', ...SECTIONS] = PAGE.split(/^## /m)

const sectionOf = (command: string): string =>
  SECTIONS.find((section) => section.split('\n')[0]?.split(', ').includes(command)) ?? ''

const commands = [...wholeHelp().matchAll(/^ {2}([a-z]+) .*\S {2,}/gm)].map(([, name = '']) => name)
const helps = commands.map((name) => [name, helpOf(name) ?? ''] as const)

const flagsIn = (help: string): readonly string[] =>
  [...help.matchAll(/^ {2}(?:(-\w), )?(--[a-z-]+)/gm)].flatMap(([, short, long = '']) =>
    short === undefined ? [long] : [short, long],
  )

const says = (text: string, flag: string): boolean => new RegExp(`\`${flag}(?:\`| <)`).test(text)

describe('docs/reference/commands.md', () => {
  test('has every command, and no other', () => {
    const rows = [...GENERAL.matchAll(/^\| (?:\[)?`([a-z]+)`/gm)].map(([, name]) => name)
    expect(rows.toSorted()).toEqual([...commands].toSorted())
    expect(commands.length).toBeGreaterThan(5)
  })

  test.each(helps)('has every option of %s', (command, help) => {
    const text = GENERAL + sectionOf(command)
    expect(flagsIn(help).filter((flag) => !says(text, flag))).toEqual([])
  })

  test.each(helps.filter(([command]) => command !== 'help'))(
    'has no option that %s has not',
    (command, help) => {
      const section = sectionOf(command)
      const said = [...section.matchAll(/^\| (?:`(-\w)`, )?`(--[a-z-]+)/gm)].map(([, , flag = '']) => flag)
      expect(said.filter((flag) => !flagsIn(help).includes(flag))).toEqual([])
    },
  )

  test.each(helps.filter(([command]) => command !== 'help'))(
    'has the example that the help of %s has',
    (_, help) => {
      const example = /\nExamples?:\n {2}(.*)\n/.exec(help)?.[1] ?? 'none'
      expect(GENERAL).toContain(`\`${example}\``)
    },
  )
})
