import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { corefileText, patched } from '../../../../src/app/cli/corefile/corefile.ts'
import { replacementIn, runCorefile } from '../../../../src/app/cli/corefile/index.ts'
import { takenIn } from '../../../../src/app/cli/corefile/taken.ts'
import { NOTHING_KNOWN } from '../../../../src/app/cli/corefile/zones.ts'
import { loadConfig } from '../../../../src/app/config/index.ts'
import { temporary } from '../../../support/temporary.ts'
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

describe('a federation whose name a namespace of the own cluster has', () => {
  const run = async (files: Readonly<Record<string, string>>, keys = '') => {
    const directory = await temporary()
    try {
      for (const [file, text] of Object.entries(files)) await directory.write(file, text)
      const local = keys === '' ? 'local: {cluster: cluster-east}\n' : keys
      const zones =
        'zones: {federations: {east: {clusters: [cluster-east]}, west: {clusters: [cluster-west]}}}\n'
      await directory.write('meridian.yaml', `${CLUSTERS}${local}${zones}`)
      const config = loadConfig({ file: directory.at('meridian.yaml') })
      const known = { ...NOTHING_KNOWN, taken: await takenIn(config, 2000) }
      return {
        text: (await runCorefile({ config: directory.at('meridian.yaml') })).text,
        patched: patched(configMap('.:53 {\n}\n'), config, {}, known),
      }
    } finally {
      await directory.close()
    }
  }
  const namespace = (name: string) => `{apiVersion: v1, kind: Namespace, metadata: {name: ${name}}}\n`
  const keys = (text: string) => /^.*:53 global:53 .*\{$/m.exec(text)?.[0] ?? ''

  test('is left out, by --patch too, and it is told why; another is forwarded', async () => {
    const found = await run({ 'east/all.yaml': namespace('west'), 'west/all.yaml': namespace('east') })
    for (const text of [found.text, found.patched.text]) {
      expect(keys(text)).toContain('east.svc.cluster.local:53')
      expect(keys(text)).not.toContain('west.svc.cluster.local')
    }
    const told =
      'Left out: west.svc.cluster.local, the federation west. cluster-east has a namespace west, whose Services are called so, and Meridian refuses the zone while that is there.'
    expect(found.text).toContain(`# Note: ${told}`)
    expect(found.patched.notes).toContain(told)
  })

  test('is not known where that cluster cannot be read, which is told', async () => {
    const unread = await run({ 'west/all.yaml': namespace('west') })
    expect(keys(unread.text)).toContain('west.svc.cluster.local:53')
    expect(unread.text).toMatch(
      /kubectl get namespace west\. Whether there is one now is not known: cluster-east is not read: /,
    )
    expect(unread.patched.notes).toEqual([
      expect.stringMatching(/^east.* is not read: /),
      expect.stringMatching(/^west.* is not read: /),
    ])
  })

  test('is none where nobody has it: nothing is told beside what is patched', async () => {
    const free = await run({ 'east/all.yaml': namespace('other'), 'west/all.yaml': namespace('west') })
    expect(free.patched.notes).toEqual([])
    expect(free.text).not.toContain('not known')
  })
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
  ])('is not one that has the word as %s', (_title, corefile) => {
    expect(patched(configMap(corefile), plain).notes).toEqual([])
  })

  test.each([
    ['nothing in it', 'federation cluster.local'],
    ['no domain', 'federation cluster.local {\n        east\n    }'],
    ['a name that is no label', 'federation cluster.local {\n        a.b example.org\n    }'],
    ['a domain that is no name', 'federation cluster.local {\n        east exam_ple..org\n    }'],
  ])('with %s is told all the same: CoreDNS does not start with it', (_title, lines) => {
    expect(patched(configMap(`.:53 {\n    ${lines}\n}\n`), plain).notes).toEqual([
      'the Corefile has the plugin federation, which CoreDNS has no more since 1.7.0: it does not start with it. Take its block out.',
    ])
  })

  test('with several names below one domain: that has one block', () => {
    const text = noteOf('.:53', 'prod example.com\n        Stage Example.com.\n        prod other.org')
    expect(text.match(/^ {4}\S+ \{$/gm)).toEqual(['    example.com:53 {', '    other.org:53 {'])
    expect(text.match(/rewrite name regex/g)).toHaveLength(3)
    expect(text.match(/prod: \{clusters/g)).toHaveLength(1)
  })

  test.each([
    ['.:1053', 'bind 10.0.0.1', 'example.com:1053 {', 'bind 10.0.0.1'],
    ['.:{$PORT}', '', 'example.com:{$PORT} {', 'errors'],
    ['.', '', 'example.com {', 'errors'],
    ['.:53 .:5353', '', 'example.com:53 example.com:5353 {', 'errors'],
    [
      'cluster.local:5353',
      'bind eth0 {\n        except 10.0.0.2\n    }',
      'example.com:5353 {',
      'bind eth0 {',
    ],
  ])('of a block for %s: what replaces it listens there too', (keys, bind, head, line) => {
    const lines = noteOf(keys, 'prod example.com', bind)
      .split('\n')
      .map((one) => one.trim())
    expect(lines.slice(lines.indexOf(head)).slice(1, 3)).toContain(line)
    const { remedy = '' } = replacementIn(corefileOf(keys, 'prod example.com', bind), plain) ?? {}
    expect(remedy).toContain(`for published names: ${head}`)
  })

  test('whose domain has a block: the lines go there, for CoreDNS takes no second one', () => {
    const text = noteOf('.:53', 'prod example.com', '', 'example.com {\n    forward . 192.0.2.1\n}\n')
    expect(text).toContain('in the block for example.com that is there (CoreDNS 1.10 or later):\n    rewrite')
    expect(text).not.toContain('example.com:53 {')
    const elsewhere = noteOf('.:53', 'prod example.com', '', 'example.com:5353 {\n    errors\n}\n')
    expect(elsewhere).toContain('example.com:53 {')
  })

  test.each([
    ['is a zone of Meridian’s', 'clusterset.local', "that zone is Meridian's"],
    ['holds the cluster’s own', 'local', "the cluster's own cluster.local lies there"],
    ['is the cluster’s own', 'cluster.local', "the cluster's own cluster.local lies there"],
  ])('whose domain %s: there can be no block for it', (_title, domain, why) => {
    const text = noteOf('.:53', `prod ${domain}`)
    expect(text).toContain(`no block can keep names that were published below ${domain}: ${why}`)
    expect(text).not.toContain('rewrite')
  })
})

const corefileOf = (keys: string, federations: string, bind = '', beside = ''): string =>
  `${keys} {\n    errors\n    ${bind}\n    federation cluster.local {\n        ${federations}\n    }\n    kubernetes cluster.local\n}\n${beside}`

const noteOf = (...args: Parameters<typeof corefileOf>): string =>
  patched(configMap(corefileOf(...args)), plain).notes.at(-1) ?? ''
