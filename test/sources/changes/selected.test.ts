import { expect, test } from 'vitest'
import { applyChanges, type Change, emptyView } from '../../../src/sources/changes/index.ts'
import { selecting } from '../../../src/sources/changes/selected.ts'
import {
  isNamespaceKey,
  KINDS,
  type KubeObject,
  parseObject,
  SERVICE_ENTRY,
} from '../../../src/words/kube/index.ts'

function read(kind: string, name: string, spec: object, labels: object = {}): KubeObject {
  const metadata = { name, namespace: 'shop', labels }
  const parsed = parseObject({ apiVersion: 'networking.istio.io/v1', kind, metadata, spec }, KINDS)
  if (parsed.outcome !== 'object') throw new Error(JSON.stringify(parsed))
  return parsed.object
}

const HOSTS = Array.from({ length: 10 }, (_, i) => `db-${i}.shop.global`)

const entry = (name: string, app: string): KubeObject =>
  read('ServiceEntry', name, {
    hosts: HOSTS.map((host) => `${name}-${host}`),
    ports: [{ number: 80, name: 'http' }],
    resolution: 'STATIC',
    workloadSelector: { labels: { app } },
  })

const machine = (i: number, app: string): KubeObject =>
  read('WorkloadEntry', `m-${i}`, { address: `192.0.2.${i % 250}` }, { app, rack: `r${i % 7}` })

const put = (object: KubeObject): Change => ({ op: 'put', object })

const ENTRIES = [
  ...Array.from({ length: 20 }, (_, i) => entry(`e-${i}`, 'db')),
  ...Array.from({ length: 20 }, (_, i) => entry(`o-${i}`, 'other')),
]
/** The services of those that select `app`, each once. */
const ofEntries = (app: string): readonly string[] =>
  ENTRIES.filter((one) => SERVICE_ENTRY.is(one) && one.selector?.['app'] === app)
    .flatMap((one) => (SERVICE_ENTRY.is(one) ? [...(SERVICE_ENTRY.keysOf?.(one) ?? [])] : []))
    .filter((key) => !isNamespaceKey(key))

const { view } = applyChanges(emptyView(KINDS), ENTRIES.map(put))

test.each([0, 1, 2, 20, 200])(
  'of a batch in which %i machines change, who selects them is asked once',
  (count) => {
    const machines = Array.from({ length: count }, (_, i) => machine(i, 'db'))
    const keys = [...selecting(view, view, [], machines)]
    expect(keys.toSorted()).toEqual(count === 0 ? [] : ofEntries('db').toSorted())
  },
)

test('one that is selected by others than before is said to both', () => {
  const keys = [...selecting(view, view, [], [machine(1, 'db'), machine(1, 'other')])]
  expect(keys.toSorted()).toEqual([...ofEntries('db'), ...ofEntries('other')].toSorted())
})
