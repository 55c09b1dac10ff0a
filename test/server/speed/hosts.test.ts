import { expect, test } from 'vitest'
import { applyChanges, EMPTY_VIEW } from '../../../src/sources/changes/index.ts'
import { KINDS, parseObject } from '../../../src/words/kube/index.ts'
import { settle, step } from '../../../src/world/zone/index.ts'
import { made, NOW } from '../../support/world.ts'
import { responder } from '../replies/responder.ts'

const entry = (name: string, host: string, address: string) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: { name, namespace: 'istio-system' },
  spec: {
    hosts: [host],
    ports: [{ number: 5432, name: 'pg', protocol: 'TCP' }],
    resolution: 'STATIC',
    endpoints: [{ address }],
  },
})

/** Each asked twice: worked out, and kept where it may be. */
test('what a wildcard or a host above answered is not kept over a host of that very name that comes and goes', () => {
  const given = made({
    config: { zones: { entries: ['corp.example'] }, istio: { cluster: 'east' } },
    clusters: {
      east: {
        'a.json': JSON.stringify({
          kind: 'List',
          apiVersion: 'v1',
          items: [entry('all', '*.corp.example', '192.0.2.1'), entry('db', 'db.corp.example', '192.0.2.2')],
        }),
      },
    },
  })
  let world = settle(given.world)
  let view = given.views.get('east') ?? EMPTY_VIEW
  const { ask } = responder({ snapshot: () => world }, given)
  const say = (changes: Parameters<typeof applyChanges>[1]): void => {
    const next = applyChanges(view, changes)
    view = next.view
    world = step(world, new Map([['east', view]]), next.dirty, NOW)
  }
  const addresses = (name: string) =>
    [1, 2].map(() =>
      ask({ name, type: 'A' })
        .answers.map((one) => one.split(' ').at(-1))
        .join(),
    )
  const put = (name: string, host: string, address: string) => {
    const parsed = parseObject(entry(name, host, address), KINDS)
    return parsed.outcome === 'object' ? [{ op: 'put', object: parsed.object } as const] : []
  }
  for (let turn = 0; turn < 2; turn++) {
    expect(addresses('new.corp.example')).toEqual(['192.0.2.1', '192.0.2.1'])
    expect(addresses('x.new.corp.example')).toEqual(['192.0.2.1', '192.0.2.1'])
    expect(addresses('outside.db.corp.example')).toEqual(['192.0.2.2', '192.0.2.2'])
    expect(addresses('db.corp.example')).toEqual(['192.0.2.2', '192.0.2.2'])
    say([
      ...put('new', 'new.corp.example', '192.0.2.3'),
      ...put('place', 'outside.db.corp.example', '192.0.2.4'),
    ])
    expect(addresses('new.corp.example')).toEqual(['192.0.2.3', '192.0.2.3'])
    expect(addresses('x.new.corp.example')).toEqual(['', ''])
    expect(addresses('outside.db.corp.example')).toEqual(['192.0.2.4', '192.0.2.4'])
    say([
      { op: 'delete', kind: 'ServiceEntry', key: 'istio-system/new' },
      { op: 'delete', kind: 'ServiceEntry', key: 'istio-system/place' },
    ])
  }
})
