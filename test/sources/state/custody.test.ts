import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { forgetInHand, openCustody, readQuarantine } from '../../../src/sources/state/index.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'meridian-custody-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** A process that works on these, and is killed in the last. */
function die(...pairs: readonly string[]) {
  const program = join(import.meta.dirname, 'holder.ts')
  const { stdout, signal } = spawnSync(process.execPath, [program, dir, '1.2.3', ...pairs], {
    encoding: 'utf8',
  })
  return { stdout, signal }
}

const open = (version = '1.2.3', warnings: string[] = []) =>
  openCustody({ dir, version, warn: (text) => warnings.push(text) })

const note = (): string => readFileSync(join(dir, 'in-hand'), 'utf8').split('\n')[0] ?? ''

describe('what a process dies with in hand', () => {
  test('once is suspected, twice running is in quarantine, and the next one goes on without it', () => {
    const work = ['services a/one', 'services b/two', 'services c/three'] as const
    expect(die(...work).signal).toBe('SIGKILL')
    expect(note()).toBe('services')
    expect(die(...work).signal).toBe('SIGKILL')
    expect(note()).toBe('services\tc/three')
    const third = die(...work)
    expect(third.signal).toBeNull()
    expect(third.stdout).toContain('aside services c/three: in quarantine: Meridian 1.2.3 died twice running')
    expect(third.stdout).toContain(`remove ${join(dir, 'quarantine.json')} and restart`)
    expect(third.stdout).toContain('alive')
    expect(readQuarantine(dir, '1.2.3')).toEqual([{ place: 'services', thing: 'c/three' }])
  })

  test('is free again with another version, or once somebody removes the file', () => {
    die('services a/one')
    die('services a/one')
    expect(open().quarantined('services', 'a/one')).toMatch(/^in quarantine/)
    expect(open('1.2.4').quarantined('services', 'a/one')).toBeUndefined()
    rmSync(join(dir, 'quarantine.json'))
    expect(open().quarantined('services', 'a/one')).toBeUndefined()
  })

  test('is not suspected once somebody else was the reason', () => {
    die('services a/one')
    die('services a/one')
    forgetInHand(dir, 'in-hand')
    expect(open().things).toEqual([])
    expect(() => forgetInHand(join(dir, 'nowhere'), 'in-hand')).not.toThrow()
  })

  test('at two deaths that are about different places is not the same', () => {
    die('services a/one')
    die('slices a/one')
    expect(open().things).toEqual([])
  })

  test('is nothing while the process only waits: a kill then is no one’s fault', async () => {
    const custody = open()
    custody.hold('services', 'a/one', () => undefined)
    expect(note()).toBe('services')
    await turn()
    await turn()
    expect(note()).toBe('')
    expect(open().things).toEqual([])
  })

  test('by itself is let go as soon as its work is done', () => {
    die('services a/one')
    const custody = open()
    custody.hold('services', 'a/one', () => expect(note()).toBe('services\ta/one'))
    expect(note()).toBe('')
    expect(() =>
      custody.hold('services', 'a/two', () => {
        throw new Error('a bug')
      }),
    ).toThrow('a bug')
    expect(note()).toBe('')
  })
})

describe('what is kept of it', () => {
  test.each([99, 100, 101, 1000])('of %i things in quarantine a hundred at most, the latest', (n) => {
    const things = Array.from({ length: n }, (_, i) => ({ place: 'services', thing: `a/${i}` }))
    writeFileSync(join(dir, 'quarantine.json'), JSON.stringify({ version: '1.2.3', things }))
    expect(open().things).toHaveLength(Math.min(n, 100))
    die('services z/new')
    die('services z/new')
    const after = open()
    expect(after.things).toHaveLength(Math.min(n + 1, 100))
    expect(after.quarantined('services', 'z/new')).toBeDefined()
  })

  test.each([
    '',
    '{',
    'null',
    '[]',
    '{"version":"1.2.3","things":7}',
    '{"version":"1.2.3","things":[7,{"place":1}]}',
  ])('of a quarantine that says %j nothing is believed, and nothing fails', (text) => {
    writeFileSync(join(dir, 'quarantine.json'), text)
    expect(open().things).toEqual([])
  })

  test.each([2 ** 20, 2 ** 20 + 1, 10 * 2 ** 20])(
    'of a quarantine of %i octets 1 MiB at most is believed',
    (octets) => {
      const things = [{ place: 'services', thing: 'a/one' }]
      writeFileSync(join(dir, 'quarantine.json'), JSON.stringify({ version: '1.2.3', things }).padEnd(octets))
      expect(open().things).toHaveLength(octets > 2 ** 20 ? 0 : 1)
    },
  )

  test('names of any length, and with line breaks, are noted on one line', () => {
    die('services a/one')
    const custody = open()
    const long = `a/${'x'.repeat(100_000)}`
    custody.hold('services', `${long}\nservices\tb/two`, () =>
      expect(note()).toBe(`services\t${long} services\tb/two`),
    )
    expect(note()).toBe('')
  })

  test('a folder that takes no file costs the notes, and no work', () => {
    const warnings: string[] = []
    writeFileSync(join(dir, 'file'), '')
    const custody = openCustody({ dir: join(dir, 'file'), version: '1', warn: (text) => warnings.push(text) })
    expect(custody.hold('services', 'a/one', () => 7)).toBe(7)
    expect(warnings).toEqual([expect.stringMatching(/^what is in hand is not noted in /)])
    chmodSync(dir, 0o700)
    expect(existsSync(join(dir, 'in-hand'))).toBe(false)
  })
})
