import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { EXAMPLE_FILE, exampleText, TEMPLATE_FILE, templateText } from '../../../../scripts/rbac.ts'
import {
  registryWants,
  ruleOf,
  type Want,
  wantsOf,
  writeWants,
} from '../../../../src/app/cli/check/live/wants.ts'
import { liveClusterOf } from '../../../../src/app/cli/live.ts'
import { parseConfig, parseDeclared, watchScopeOf } from '../../../../src/app/config/index.ts'
import { KINDS, memberScope } from '../../../../src/words/kube/index.ts'

const CONFIG = parseConfig(
  'clusters: [{id: east, source: {inCluster: true}}]\nregistries: [{secrets: {namespace: meridian}}]\n',
  'meridian.yaml',
)

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

const documents = parseAllDocuments(
  readFileSync(new URL('../../../../docs/examples/rbac.yaml', import.meta.url), 'utf8'),
).map((document) => document.toJS())

/** The rules of a Role or ClusterRole in the example, as remedies write them. */
function granted(kind: string, name: string): readonly string[] {
  const role = documents.find((one) => one.kind === kind && one.metadata.name === name)
  return role.rules.flatMap(({ apiGroups, resources, resourceNames = [], verbs }: Rule) =>
    apiGroups.flatMap((group) =>
      resources.map((resource) => {
        const want: Omit<Want, 'level' | 'without' | 'namespace'> = {
          group,
          resource,
          verbs,
          name: resourceNames[0] ?? null,
        }
        return ruleOf({ ...want, namespace: null, level: 'broken', without: '' })
      }),
    ),
  )
}

/** Which verbs on which resource, in any order. */
const rulesOfEach = ({ rules }: { readonly rules: readonly Rule[] }): readonly string[] =>
  rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      resources.map((one) => `${apiGroups.join()} ${one} ${verbs.toSorted().join()}`),
    )
    .toSorted()

const wantsIn = (namespaces: readonly string[], isLocal: boolean): readonly Want[] =>
  wantsOf(liveClusterOf({ id: 'east', source: { kind: 'inCluster' }, namespaces }, isLocal), CONFIG)

const wanted = (isLocal: boolean) => wantsIn([], isLocal).map(ruleOf)

test('the example grants at Karmada what docs/migrate/karmada.md prints, and what its registry asks for', () => {
  const page = readFileSync(new URL('../../../../docs/migrate/karmada.md', import.meta.url), 'utf8')
  const [, printed = ''] =
    /^( *kind: ClusterRole\n *metadata: \{ name: meridian-karmada \}\n[\s\S]*?)^ *---$/m.exec(page) ?? []
  const example = documents.find(
    ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'meridian-karmada',
  )
  expect(rulesOfEach(example)).toEqual(rulesOfEach(parse(printed)))
  expect(granted('ClusterRole', 'meridian-karmada-weights')).toEqual([
    expect.stringContaining('resourcebindings'),
  ])
  expect(granted('Role', 'meridian-karmada')).toEqual([expect.stringContaining('secrets')])
})

test('the example and the chart have the kinds that are read, as `npm run generate` writes them', () => {
  for (const file of [EXAMPLE_FILE, TEMPLATE_FILE]) {
    const text = readFileSync(file, 'utf8')
    expect(text).toBe(file === EXAMPLE_FILE ? exampleText(text) : templateText())
  }
})

test('the page on permissions has each kind that is read, and what it is read for', () => {
  const page = readFileSync(new URL('../../../../docs/reference/permissions.md', import.meta.url), 'utf8')
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  for (const { served, verbs } of KINDS) {
    const group = served.group === '' ? 'core' : `\`${served.group}\``
    const said = rows.find((cells) => cells[2] === group && cells[3] === `\`${served.plural}\``)
    expect(said?.[4]).toBe(verbs.join(', '))
    expect(said?.[5]).not.toBe('')
  }
})

test('the example grants in every cluster what check asks for, and no more', () => {
  expect(granted('ClusterRole', 'meridian')).toEqual(wanted(false))
})

test('the example grants in the server’s own cluster what check asks for there besides', () => {
  const more = wanted(true).filter((rule) => !wanted(false).includes(rule))
  expect(granted('ClusterRole', 'meridian-local')).toEqual(more)
})

test('the example grants what is wanted for ServiceExports of other groups, where they are read', () => {
  const cluster = {
    id: 'east',
    source: { kind: 'inCluster' },
    namespaces: [],
    exportGroups: ['net.gke.io'],
  } as const
  const wants = wantsOf(liveClusterOf(cluster, false), CONFIG).map(ruleOf)
  expect(wants.filter((rule) => !wanted(false).includes(rule))).toEqual(
    granted('ClusterRole', 'meridian-exports'),
  )
})

test.each([
  ['annotations: cilium', { annotations: 'cilium' }],
  ['namespaces.selector', { namespaces: { selector: 'a' } }],
])('the example grants what is wanted for exports.%s, in some namespaces too', (_, exports) => {
  const declared = parseDeclared({ id: 'east', exports }, { clusterset: 'clusterset.local', global: null })
  if ('flaws' in declared) throw new Error('flaws')
  const source = { kind: 'inCluster' } as const
  for (const namespaces of [[], ['shop']]) {
    const wants = wantsOf(liveClusterOf({ ...declared.cluster, namespaces, source }, false), CONFIG)
    const more = wants.filter((want) => want.namespace === null && !wanted(false).includes(ruleOf(want)))
    expect(more.map(ruleOf)).toEqual(granted('ClusterRole', 'meridian-namespaces'))
  }
})

test('the example grants what is wanted of the cluster whose objects of Istio are read', () => {
  const config = parseConfig(
    'istio: {cluster: east}\nclusters: [{id: west, source: {inCluster: true}}, {id: east, source: {kubeconfig: {path: k}}}]',
    'meridian.yaml',
  )
  const [west, east] = config.clusters.map((cluster) => {
    const credentials = { kind: 'inCluster' } as const
    const live = {
      ...liveClusterOf({ ...cluster, source: credentials }, false),
      scope: watchScopeOf(cluster, config),
    }
    return wantsOf(live, config).map(ruleOf)
  })
  expect(east?.filter((rule) => !wanted(false).includes(rule))).toEqual(
    granted('ClusterRole', 'meridian-istio'),
  )
  expect(west?.join()).not.toContain('istio')
})

test('of a cluster read in some namespaces, the same is wanted in each of them, and its identity in kube-system', () => {
  const wants = wantsIn(['shop', 'data'], true)
  const rulesIn = (namespace: string) => wants.filter((want) => want.namespace === namespace).map(ruleOf)
  const everywhere = wanted(true).filter((rule) => !rule.includes('kube-system'))
  expect(rulesIn('shop')).toEqual(everywhere)
  expect(rulesIn('data')).toEqual(everywhere)
  expect(rulesIn('kube-system')).toEqual(wanted(true).filter((rule) => rule.includes('kube-system')))
  expect(wants).toHaveLength(2 * everywhere.length + 1)
})

test('the example lets a registry’s Secrets be read in their namespace', () => {
  expect(granted('Role', 'meridian-registry')).toEqual(registryWants(CONFIG).map(ruleOf))
})

/** What only OpenShift wants, and check does not ask for: elsewhere nobody misses it. */
const OPENSHIFT =
  '{apiGroups: ["discovery.k8s.io"], resources: ["endpointslices/restricted"], verbs: ["create"]}'

test('the example grants the controller what check asks for where it writes, and nothing where it does not', () => {
  const writes = parseConfig(
    'clusters: [{id: east, source: {inCluster: true}}]\ncontroller: {enabled: true}\n',
    'meridian.yaml',
  )
  const wants = writeWants({ scope: memberScope(true, []) }, writes)
  const rulesIn = (namespace: string | null) =>
    wants.filter((want) => want.namespace === namespace).map(ruleOf)
  const rules = granted('ClusterRole', 'meridian-controller')
  expect(rules.filter((rule) => rule !== OPENSHIFT)).toEqual(rulesIn(null))
  expect(rules).toContain(OPENSHIFT)
  expect(granted('Role', 'meridian-controller')).toEqual(rulesIn('meridian'))
  expect(writeWants({ scope: memberScope(false, []) }, writes)).toEqual([])
  expect(writeWants({ scope: memberScope(true, []) }, CONFIG)).toEqual([])
})

test('every role in the example is bound to the service account, and none but the controller’s lets anything be written', () => {
  const roles = documents.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole')
  const bound = documents.filter(({ kind }) => kind.endsWith('Binding'))
  expect(bound.map(({ roleRef }) => `${roleRef.kind} ${roleRef.name}`)).toEqual(
    roles.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
  )
  const reading = roles.filter(({ metadata }) => metadata.name !== 'meridian-controller')
  const verbs = new Set(reading.flatMap(({ rules }) => rules.flatMap((rule: Rule) => rule.verbs)))
  expect([...verbs].sort()).toEqual(['get', 'list', 'watch'])
})
