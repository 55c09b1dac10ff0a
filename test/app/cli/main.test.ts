import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exported, type Written } from '../../support/manifests.ts'
import { someOf } from '../../support/runs.ts'
import { CHECKOUT, command, MERIDIAN, meridian, written } from '../../support/server.ts'

const SPEC: Written = {
  clusters: { east: { 'web.yaml': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) } },
}
let directory: Awaited<ReturnType<typeof written>>
beforeAll(async () => {
  directory = await written(SPEC)
})
afterAll(() => directory.close())

describe('help', () => {
  test('lists the commands, and each has an example', async () => {
    const names = someOf(['serve', 'ask', 'explain', 'render'], 4)
    const [whole, ...each] = await Promise.all(
      [[], ...names.map((name) => [name])].map((args) => meridian([...args, '--help'])),
    )
    for (const [i, name] of names.entries()) {
      expect(whole?.out).toMatch(new RegExp(`^ {2}${name} `, 'm'))
      expect(each[i]).toMatchObject({
        status: 0,
        err: '',
        out: expect.stringMatching(new RegExp(`\\nExample:\\n {2}meridian ${name} `)),
      })
    }
  })

  test('of a command, or of one below it, is what its --help says; of none it says which there are', async () => {
    const all = [
      ['help', '[options] [command]'],
      ['help serve', 'serve [options]'],
      ['help controller cleanup', 'controller cleanup [options]'],
      ['controller help cleanup', 'controller cleanup [options]'],
      ['controller help', 'controller [options] [command]'],
    ] as const
    for (const [line, usage] of someOf(all, 5)) {
      const { status, err, out } = await meridian(line.split(' '))
      expect([status, err, out.split('\n')[0]]).toEqual([0, '', `Usage: meridian ${usage}`])
    }
    const there = 'serve, ask, explain, render, check, corefile, lookup, join, controller'
    const wrong = [
      ['help nope', `meridian: help: "nope" is no command\n    there are ${there}\n`],
      ['controller help nope', 'there are diff, cleanup\n'],
      ['help serve nope', '"nope" is no command of serve\n'],
    ] as const
    for (const [line, told] of someOf(wrong, 3))
      expect(await meridian(line.split(' '))).toEqual({
        status: 2,
        out: '',
        err: line === 'help nope' ? told : expect.stringContaining(told),
      })
  })

  test('--version is the package’s', async () => {
    const { version } = JSON.parse(readFileSync(`${CHECKOUT}/package.json`, 'utf8'))
    expect(await meridian(['--version'])).toMatchObject({ status: 0, out: `${version}\n` })
  })
})

describe('the exit status', () => {
  test('is 0 for an answer, which alone goes to standard output', async () => {
    const args = ['ask', 'web.default.global', '--offline', '-o', 'json']
    const { status, out, err } = await meridian(args, directory.path)
    expect([status, err, JSON.parse(out).rcode]).toEqual([0, '', 'NOERROR'])
  })

  test('is 1 with one line on standard error for what is not there', async () => {
    const { status, out, err } = await meridian(['explain', 'nope', '--offline'], directory.path)
    expect([status, out]).toEqual([1, ''])
    expect(err).toMatch(/^meridian: nope is not the name of a service in [^\n]*\n$/)
  })

  test('is 1 with the remedy for a command line that is wrong', async () => {
    const [unknown, drain] = await Promise.all([meridian(['bogus']), meridian(['serve', '--drain', '5'])])
    expect(unknown).toMatchObject({ status: 2, err: expect.stringContaining("unknown command 'bogus'") })
    expect(drain).toMatchObject({ status: 2, err: expect.stringContaining('write it like 5s, 500ms or 1m') })
  })
})

describe('an older Node', () => {
  const OLDER =
    "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.20.2'}})"

  test.each([[MERIDIAN], [`${CHECKOUT}/bin/require-node.mjs`]])(
    '%s says what is needed, and ends',
    async (file) => {
      const started = command(['--import', OLDER, file, '--help'])
      expect(await started.ended).toBe(1)
      expect(started.out).toBe('')
      expect(started.err).toMatch(/^meridian: needs Node 24 or newer, this is v\S+ \(.*\)\.\n.*`npm ci`/)
    },
  )

  test('this one is new enough', async () => {
    const started = command([`${CHECKOUT}/bin/require-node.mjs`])
    expect([await started.ended, started.err]).toEqual([0, ''])
  })
})
