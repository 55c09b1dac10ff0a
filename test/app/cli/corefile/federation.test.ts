import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { corefileText, patched } from '../../../../src/app/cli/corefile/corefile.ts'
import { replacementIn } from '../../../../src/app/cli/corefile/index.ts'
import { configOf } from '../clusterset.ts'

const CLUSTERS = `
clusters:
  - {id: cluster-east, locality: us-east-1/us-east-1a, source: {manifests: ./east}}
  - {id: cluster-west, locality: us-west-1, source: {manifests: ./west}}
dns: {advertise: [10.96.0.53]}
`
const plain = configOf(CLUSTERS)
const named = configOf(`${CLUSTERS}zones: {federations: {east: {clusters: [cluster-east]}}}\n`)

const configMap = (corefile: string): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'coredns' },
    data: { Corefile: corefile },
  })

/** The Corefile of the founding document, its federations as it has them. */
const DOCUMENT = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    federation cluster.local {
        east us-east-1.cluster.example.com
        west us-west-1.cluster.example.com
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`

const REPLACED = `the Corefile has the plugin federation (east, west), which CoreDNS has no more since 1.7.0: it does not start with it. Take its block out. What replaces it:
In meridian.yaml, after which \`meridian corefile\` prints a block for these names too:
    zones:
      federations:
        east: {clusters: [cluster-east]}
        west: {clusters: [cluster-west]}
For names that were published, while somebody uses them, blocks beside that (CoreDNS 1.10 or later; what else is in the domain goes to the resolvers of /etc/resolv.conf):
    us-east-1.cluster.example.com:53 {
        errors
        rewrite name regex ^(.+)\\.east\\.svc(\\.[^.]+)?(\\.[^.]+)?\\.us-east-1\\.cluster\\.example\\.com\\.$ {1}.east.svc.cluster.local. answer auto
        forward east.svc.cluster.local 10.96.0.53
        forward . /etc/resolv.conf
    }
    us-west-1.cluster.example.com:53 {
        errors
        rewrite name regex ^(.+)\\.west\\.svc(\\.[^.]+)?(\\.[^.]+)?\\.us-west-1\\.cluster\\.example\\.com\\.$ {1}.west.svc.cluster.local. answer auto
        forward west.svc.cluster.local 10.96.0.53
        forward . /etc/resolv.conf
    }`

test('a zone is forwarded for each federation, and told what would be lost by it', () => {
  const text = corefileText(named)
  expect(text).toContain(
    '\nclusterset.local:53 global:53 cluster-east.local:53 cluster-west.local:53 east.svc.cluster.local:53 {\n',
  )
  expect(text).toContain('kubectl get namespace east\n')
  expect(corefileText(plain)).not.toContain('svc.cluster.local')
  for (const target of ['kube-dns', 'openshift', 'gke', 'aks', 'k3s', 'eks', 'nodelocal'])
    expect(corefileText(named, { for: target })).toMatch(/east\.svc\.cluster\.local/)
})

describe('a Corefile with the plugin federation, which CoreDNS has no more', () => {
  test('of the founding document: what replaces it is printed', () => {
    expect(patched(configMap(DOCUMENT), plain).notes).toEqual([REPLACED])
    expect(replacementIn(DOCUMENT, plain)).toEqual({
      finding:
        'the Corefile has the plugin federation (east, west), which CoreDNS has no more since 1.7.0: it does not start with it',
      remedy: expect.stringContaining(
        'zones.federations: {east: {clusters: [cluster-east]}, west: {clusters: [cluster-west]}}',
      ),
      text: REPLACED.slice(REPLACED.indexOf('Take')),
    })
  })

  test('names that are configured already are not asked for again', () => {
    const [note] = patched(configMap(DOCUMENT), named).notes.slice(-1)
    expect(note).toContain('west: {clusters: [cluster-west]}')
    expect(note).not.toContain('east: {clusters')
    const all = `${CLUSTERS}zones: {federations: {east: {clusters: []}, west: {clusters: []}}}\n`
    expect(patched(configMap(DOCUMENT), configOf(all)).notes.at(-1)).toContain('which has all of them')
  })

  test.each([
    ['called like a cluster', 'west example.org', 'west: {clusters: [cluster-west]}'],
    ['of all clusters', 'galaxy example.org.', 'galaxy: {clusters: [cluster-east, cluster-west]}'],
    ['beside a line that said nothing', 'upstream\n        galaxy example.org', 'federation (galaxy)'],
  ])('a federation %s', (_title, body, expected) => {
    const corefile = `.:53 {\n    federation cluster.local {\n        ${body}\n    }\n}\n`
    expect(patched(configMap(corefile), plain).notes.join('\n')).toContain(expected)
  })

  test('in a key of coredns-custom', () => {
    const data = {
      'old.server': 'x.example:53 {\n    federation x.example {\n        east example.org\n    }\n}\n',
    }
    const object = stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'coredns-custom' },
      data,
    })
    expect(patched(object, plain, { for: 'aks' }).notes.join()).toContain('the plugin federation (east)')
  })

  test.each([
    ['a comment', '.:53 {\n    # federation cluster.local {\n    errors\n}\n'],
    ['a zone', 'federation:53 {\n    errors\n}\n'],
    ['nothing in it', '.:53 {\n    federation cluster.local\n}\n'],
    ['no domain', '.:53 {\n    federation cluster.local {\n        east\n    }\n}\n'],
  ])('is not one that has the word as %s', (_title, corefile) => {
    expect(patched(configMap(corefile), plain).notes).toEqual([])
  })
})
