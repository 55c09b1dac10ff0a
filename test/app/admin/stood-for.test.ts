import { expect, test } from 'vitest'
import { explainName } from '../../../src/app/admin/index.ts'
import { identityOf } from '../../support/values.ts'
import { made } from '../../support/world.ts'

const entry = (name: string, namespace: string, host: string, resolution = 'STATIC') => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: { name, namespace },
  spec: {
    hosts: [host],
    ports: [{ number: 80, name: 'http' }],
    resolution,
    ...(resolution === 'NONE' ? {} : { endpoints: [{ address: '192.0.2.1' }] }),
  },
})

/** What is said of a name where a wildcard stands for what no host of its own is. */
function explained(name: string) {
  const items = [
    entry('all', 'istio-system', '*.corp.example'),
    entry('own', 'istio-system', 'own.corp.example'),
    entry('empty', 'istio-system', 'db.corp.example', 'NONE'),
    entry('tenants', 'shop', 'shop.corp.example'),
  ]
  const { world } = made({
    config: { istio: { cluster: 'east' }, zones: { entries: ['corp.example'] } },
    clusters: { east: { 'all.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) } },
  })
  return explainName({ snapshot: world, map: [], identity: identityOf() }, { name })
}

const objectsOf = ({ objects = [] }: ReturnType<typeof explained>) =>
  objects.map(({ name, outcome }) => `${name} ${outcome}`)

test('where a wildcard answers in place of a host, what was read for the host is told, and why it is left out', () => {
  const told = explained('db.corp.example')
  expect(told.service).toBe('*.corp.example')
  expect(told.summary).toContain('It stands for db.corp.example, whose own ServiceEntries have no endpoint')
  expect(objectsOf(told)).toEqual(['istio-system/empty leftOut', 'istio-system/all inForce'])
  expect(told.objects?.[0]?.why).toContain('resolution NONE')
})

test('by the key of such a host it is said which wildcard stands for it', () => {
  expect(explained('/db.corp.example').summary).toBe(
    'No endpoint of a ServiceEntry stands behind it: *.corp.example stands for it.',
  )
})

test('of a host of entries that may not speak for it the wildcard is told, and that', () => {
  const told = explained('shop.corp.example')
  expect(told.summary).toContain(
    'It stands for shop.corp.example, which no ServiceEntry that may speak for it',
  )
  expect(objectsOf(told)).toEqual(['istio-system/all inForce'])
})

test('by its own name, or that of a host that answers itself, nothing is said of a wildcard', () => {
  expect(explained('*.corp.example').summary).not.toContain('stands for')
  expect(explained('own.corp.example').summary).not.toContain('stands for')
})
