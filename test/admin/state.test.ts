import { describe, expect, test } from 'vitest'
import { readinessOf, type Watched } from '../../src/admin/index.ts'
import { settle, withClusterset, withFreshness } from '../../src/zone/index.ts'
import { exported } from '../support/manifests.ts'
import { made, NOW } from '../support/world.ts'

const CLUSTERS = {
  east: { 'web.json': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) },
  west: {},
}

function watched(over: Partial<Watched> = {}, unheard: readonly string[] = []): Watched {
  const { world, views } = made({ clusters: CLUSTERS }, unheard)
  return {
    world,
    views,
    problems: new Map(),
    contacts: () => [],
    registry: () => null,
    writing: () => [],
    writes: () => [],
    answering: () => true,
    draining: false,
    ...over,
  }
}

const HEARD = 'last heard 2026-11-22T14:05:00.000Z'

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
