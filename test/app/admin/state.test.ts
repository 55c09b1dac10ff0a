import { describe, expect, test } from 'vitest'
import { readinessOf, type WatchedServer } from '../../../src/app/admin/index.ts'
import type { WriterStatus } from '../../../src/controller/index.ts'
import { settle, withClusterset, withFreshness } from '../../../src/world/zone/index.ts'
import { exported } from '../../support/manifests.ts'
import { made, NOW } from '../../support/world.ts'
import { QUIET } from './quiet.ts'

const CLUSTERS = {
  east: { 'web.json': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) },
  west: {},
}

function watched(over: Partial<WatchedServer> = {}, unheard: readonly string[] = []): WatchedServer {
  const { world, views } = made({ clusters: CLUSTERS }, unheard)
  return {
    world,
    views,
    problems: new Map(),
    contacts: () => [],
    ...QUIET,
    ...over,
  }
}

const HEARD = 'last heard 2026-11-22T14:05:00.000Z'

const WRITER: WriterStatus = {
  cluster: 'east',
  leads: true,
  holder: 'replica-1',
  observed: true,
  depth: 0,
  age: 0,
  failing: 0,
  problems: [],
  wanted: new Map(),
}

describe('what is written', () => {
  const linesOf = (over: Partial<WriterStatus>): readonly string[] => {
    const { ready, lines } = readinessOf(watched({ writing: () => [{ ...WRITER, ...over }] }))
    expect(ready).toBe(true)
    return lines.slice(3)
  }

  test('is told by who writes, this replica or another', () => {
    expect(linesOf({})).toEqual(['[+] controller, cluster east: this replica writes'])
    expect(linesOf({ leads: false })).toEqual(['[+] controller, cluster east: replica-1 writes'])
  })

  test('is not well where nobody writes, or nothing is seen, or writes fail', () => {
    expect(linesOf({ leads: false, holder: null })).toEqual([
      '[-] controller, cluster east: nobody holds the Lease',
    ])
    expect(linesOf({ observed: false, depth: 2 })).toEqual([
      '[-] controller, cluster east: this replica writes, what stands there is not known yet, 2 services wait',
    ])
    const problems = [{ place: 'https://east', message: 'apply serviceimports: status 403' }]
    expect(linesOf({ failing: 1, problems })).toEqual([
      '[-] controller, cluster east: this replica writes, 1 fail',
      '[-] controller, cluster east: https://east: apply serviceimports: status 403',
    ])
  })
})

describe('readiness', () => {
  test('waits for the first view of every cluster', () => {
    expect(readinessOf(watched({}, ['west']))).toEqual({
      ready: false,
      lines: [
        '[-] waiting for the first view of every cluster',
        `[+] cluster east: live, ${HEARD}`,
        '[-] cluster west: never, never heard',
      ],
    })
  })

  test('is there once all were heard', () => {
    expect(readinessOf(watched())).toEqual({
      ready: true,
      lines: ['[+] ready', `[+] cluster east: live, ${HEARD}`, `[+] cluster west: live, ${HEARD}`],
    })
  })

  test('says when each was heard last, not when its state changed last', () => {
    const heard = NOW + 1000
    const contact = { id: 'west', heard, roundTrip: null, expiresAt: null, renewed: false }
    expect(readinessOf(watched({ contacts: () => [contact] })).lines.slice(1)).toEqual([
      `[+] cluster east: live, ${HEARD}`,
      '[+] cluster west: live, last heard 2026-11-22T14:05:01.000Z',
    ])
  })

  test('is there when start-up has taken long enough, and still says who is missing', () => {
    const { world } = watched({}, ['west'])
    const { ready, lines } = readinessOf(watched({ world: settle(world) }))
    expect([ready, lines[0], lines[2]]).toEqual([true, '[+] ready', '[-] cluster west: never, never heard'])
  })

  test('does not end with a cluster that goes away: others still answer', () => {
    const world = withFreshness(watched().world, 'west', { kind: 'down', heard: NOW }, NOW)
    const { ready, lines } = readinessOf(watched({ world }))
    expect([ready, lines[2]]).toEqual([true, `[-] cluster west: down, ${HEARD}`])
  })

  test('tells drained and slow clusters', () => {
    const { world } = watched()
    const east = world.clusterset.members.get('east')
    if (east === undefined) throw new Error('no east')
    const members = new Map(world.clusterset.members).set('east', { ...east, drain: true, slow: true })
    const other = withClusterset(world, { ...world.clusterset, members }, NOW)
    expect(readinessOf(watched({ world: other })).lines[1]).toBe(
      `[+] cluster east: live, ${HEARD}, draining, slow`,
    )
  })

  test('is not ended by problems, which are listed with their place', () => {
    const problems = new Map([['west', [{ place: 'west/a.yaml:3', message: 'YAML: no' }]]])
    const { ready, lines } = readinessOf(watched({ problems }))
    expect([ready, lines.at(-1)]).toEqual([true, '[-] cluster west: west/a.yaml:3: YAML: no'])
  })

  test('ends when the server drains, whatever else is well', () => {
    const { ready, lines } = readinessOf(watched({ draining: true }))
    expect([ready, lines[0], lines[1]]).toEqual([false, '[-] draining', `[+] cluster east: live, ${HEARD}`])
  })
})

test('a configuration that was refused is told, line by line, and is no reason not to be ready', () => {
  const reason =
    'meridian.yaml:2: dns.ttl: "long" is not a whole number from 0 to 3600\n    write a whole number'
  const { ready, lines } = readinessOf(watched({ refused: () => reason }))
  expect(ready).toBe(true)
  expect(lines.slice(0, 4)).toEqual([
    '[+] ready',
    '[-] configuration: what the file says now was refused, what it said before is in force',
    '    meridian.yaml:2: dns.ttl: "long" is not a whole number from 0 to 3600',
    '        write a whole number',
  ])
})
