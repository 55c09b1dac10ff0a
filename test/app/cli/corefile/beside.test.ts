import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml, stringify } from 'yaml'
import {
  type CorefileOptions,
  corefileText,
  patched,
  patchedText,
  unpatchedText,
} from '../../../../src/app/cli/corefile/corefile.ts'
import { checkFilter } from '../../../../src/app/cli/corefile/options.ts'
import { MERIDIAN } from '../../../support/server.ts'
import { temporary } from '../../../support/temporary.ts'
import { configOf } from '../clusterset.ts'
import { refusalOf } from './refusal.ts'

const CLUSTERS = 'clusters: [{id: east, source: {manifests: ./east}}]\n'
const config = configOf(`${CLUSTERS}zones: {global: null, cluster: null}\n`)
const AT: CorefileOptions = { address: '10.96.0.53' }

const configMap = (data: unknown, name = 'coredns'): string =>
  stringify({ apiVersion: 'v1', data, kind: 'ConfigMap', metadata: { name } }, { lineWidth: 0 })

/** Our blocks, without comments: their keys, and what they bind. */
function ours(corefile: string, options: CorefileOptions = {}): readonly string[] {
  const object = configMap({ Corefile: corefile })
  const after = patchedText(object, config, { ...AT, ...options })
  expect(unpatchedText(after, options)).toBe(object)
  const text: string = parseYaml(after).data.Corefile
  const [, own = ''] = /# meridian: begin\n([\s\S]*)# meridian: end\n/.exec(text) ?? []
  return own
    .split('\n')
    .filter((line) => /^clusterset|^ +(bind|except|local|\})/.test(line) && !/^ {8}#/.test(line))
}

/** Without what its own cache has. */
const listening = (corefile: string, options: CorefileOptions = {}): readonly string[] =>
  ours(corefile, options).filter((line) => !/^ {4}\}$/.test(line))

describe('the block listens where the one for all other names does', () => {
  test.each<[title: string, corefile: string, expected: readonly string[]]>([
    ['on its addresses', '.:53 {\n    bind 10.0.0.10\n}\n', ['clusterset.local:53 {', '    bind 10.0.0.10']],
    [
      'not on those of another',
      'metrics.local:9153 {\n    bind 127.0.0.1\n}\n.:53 {\n\tbind 10.0.0.10 fd00::10\n}\n',
      ['clusterset.local:53 {', '    bind 10.0.0.10 fd00::10'],
    ],
    [
      'on every address where that does',
      'corp.local {\n bind 127.0.0.1\n}\n.:53 {\n}\n',
      ['clusterset.local:53 {'],
    ],
    [
      'on its addresses that a snippet says',
      '(listen) {\n  bind 10.0.0.10\n}\n(all) {\n import listen\n}\n.:53 {\n  import all\n}\n',
      ['clusterset.local:53 {', '    bind 10.0.0.10'],
    ],
    ['not in a comment', '.:53 {\n    # bind 10.0.0.10\n}\n', ['clusterset.local:53 {']],
    [
      'whatever a comment behind a word says',
      '.:53 {# }\n    errors# a log {\n    bind 10.0.0.10\n}\n',
      ['clusterset.local:53 {', '    bind 10.0.0.10'],
    ],
    [
      'whatever a quoted word says',
      '.:53 {\n    log "{ # \\" \\\n }"\n    bind 10.0.0.10\n}\n',
      ['clusterset.local:53 {', '    bind 10.0.0.10'],
    ],
    ['not in a plugin', '.:53 {\n    x {\n        bind 10.0.0.10\n    }\n}\n', ['clusterset.local:53 {']],
    [
      'on all of several lines',
      '.:53 {\n    bind 10.0.0.10\n    bind 10.0.0.11 # one more\n}\n',
      ['clusterset.local:53 {', '    bind 10.0.0.10', '    bind 10.0.0.11'],
    ],
    [
      'on interfaces without what is excepted',
      '.:53 {\n    bind eth0 {\n        except 10.0.0.1\n    }\n}\n',
      ['clusterset.local:53 {', '    bind eth0 {', '        except 10.0.0.1'],
    ],
    ['on a port that a variable says', '.:{$PORT} {\n}\n', ['clusterset.local:{$PORT} {']],
    ['on a port that a variable of Windows says', '.:{%PORT%} {\n}\n', ['clusterset.local:{%PORT%} {']],
    ['on another port', 'dns://.:1053 {\n}\n', ['clusterset.local:1053 {']],
    ['on the default port', '. {\n}\n', ['clusterset.local {']],
    ['on both ports', '.:53 .:1053 {\n}\n', ['clusterset.local:53 clusterset.local:1053 {']],
    ['not on that of DNS over TLS', 'tls://.:853 .:1053 {\n}\n', ['clusterset.local:1053 {']],
    [
      'on another port, where no block is for all names',
      'cluster.local:1053 in-addr.arpa:1053 {\n    kubernetes\n}\n',
      ['clusterset.local:1053 {'],
    ],
    [
      'where the one for the cluster does, where none is for all names',
      'corp.local:54 {\n}\ncluster.local:1053 {\n    kubernetes\n    bind 10.0.0.10\n}\n',
      ['clusterset.local:1053 {', '    bind 10.0.0.10'],
    ],
    [
      'on port 53, where there is no block but in other files',
      'import /etc/coredns/*.server\n',
      ['clusterset.local:53 {'],
    ],
    [
      'beside each, where there are several',
      '.:53 {\n    bind 10.0.0.10\n}\n.:53 .:54 {\n    bind 10.0.0.11\n}\n.:55 {\n    bind 10.0.0.10\n}\n',
      [
        'clusterset.local:53 clusterset.local:55 {',
        '    bind 10.0.0.10',
        'clusterset.local:53 clusterset.local:54 {',
        '    bind 10.0.0.11',
      ],
    ],
  ])('%s', (_title, corefile, expected) => {
    for (const target of ['coredns', 'eks']) expect(listening(corefile, { for: target })).toEqual(expected)
    const own = expected.some((line) => line.includes('bind')) ? [] : ['    bind 169.254.20.10']
    expect(listening(corefile, { for: 'nodelocal' })).toEqual([...expected, ...own])
  })

  test('unless --bind says otherwise, for people too', () => {
    const corefile = '.:53 {\n    bind 10.0.0.10\n}\n.:54 {\n}\n'
    for (const target of ['coredns', 'eks', 'nodelocal']) {
      const options = { for: target, bind: '10.0.0.11,fd00::1' }
      expect(listening(corefile, options)).toEqual([
        'clusterset.local:53 clusterset.local:54 {',
        '    bind 10.0.0.11 fd00::1',
      ])
      const printed = corefileText(config, { ...AT, ...options })
      expect(printed).toContain('\n    bind 10.0.0.11 fd00::1\n')
      expect(printed).toContain('--bind 10.0.0.11,fd00::1')
    }
  })
})

test.each([
  ['.:{$PORT} {\n}\nclusterset.local:{$PORT} {\n}\n'],
  ['. {\n}\nclusterset.local:53 {\n}\n'],
  ['.:53 {\n}\nclusterset.local {\n}\n'],
  ['.:53 .:54 {\n}\nclusterset.local:54 {\n}\n'],
])('a block of somebody else for a zone of ours where we listen is refused: %j', (corefile) => {
  expect(refusalOf(() => ours(corefile))).toMatch(/Corefile has a block for clusterset.local already/)
})

test('a block of somebody else for the addresses of a reverse zone of ours is refused', () => {
  const clusters =
    'clusters: [{id: east, source: {manifests: ./east}}, {id: west, source: {manifests: ./west}, podCIDRs: [10.2.0.0/15]}]\n'
  const reverse = configOf(`${clusters}local: {cluster: east}\nzones: {reverse: true}\n`)
  const patch = (block: string) =>
    patchedText(configMap({ Corefile: `.:53 {\n}\n${block} {\n}\n` }), reverse, AT)
  for (const block of ['10.2.0.0/15:53', '10.3.0.0/16', '3.10.in-addr.arpa.'])
    expect(refusalOf(() => patch(block))).toMatch(/has a block for [.\d, a-z-]*3.10.in-addr.arpa/)
  for (const block of ['10.4.0.0/16:53', '10.2.0.0/15:54', '0.0.0.0/0', '10.0.0.0/33']) patch(block)
})

describe('a zone below or above one of ours, that another has, is told', () => {
  const toldOf = (object: string, target = 'coredns'): readonly string[] =>
    patched(object, config, { ...AT, for: target }).notes

  const below =
    /below clusterset\.local: it goes on answering the names below svc\.clusterset\.local, and Meridian is not asked/
  const above = /above clusterset\.local, which it does not answer any more/

  test.each([
    ['svc.clusterset.local:53 {\n}\n', [below]],
    ['local:53 {\n}\n', [above]],
    ['SVC.clusterset.local., local. {\n}\n', [below, above]],
    ['corp.local:53 xclusterset.local {\n}\n(local) {\n}\n', []],
  ])('in a Corefile: %j', (block, expected) => {
    const told = toldOf(configMap({ Corefile: `.:53 {\n}\n${block}` }))
    expect(told.length).toBe(expected.length)
    for (const [i, pattern] of expected.entries()) expect(told[i]).toMatch(pattern)
  })

  test.each<[target: string, object: string]>([
    ['k3s', configMap({ 'a.server': 'svc.clusterset.local:53 {\n}\n' }, 'coredns-custom')],
    ['kube-dns', configMap({ stubDomains: '{"svc.clusterset.local": []}' }, 'kube-dns')],
    ['gke', configMap({ stubDomains: '{"Svc.ClusterSet.local.": []}' }, 'kube-dns')],
    [
      'openshift',
      'kind: DNS\nmetadata: {name: default}\nspec: {servers: [{name: a, zones: [svc.clusterset.local]}]}\n',
    ],
  ])('for %s', (target, object) => {
    const told = toldOf(object, target)
    expect(told).toEqual([expect.stringMatching(below)])
    const again = patchedText(object, config, { ...AT, for: target })
    expect(toldOf(again, target)).toEqual(told)
  })
})

describe('marks that are indented', () => {
  const corefile = '.:53 {\n}\n'
  const own = '# meridian: begin\nold.example:53 {\n}\n# meridian: end\n'

  test.each(['  ', '\t', '        '])('by %j are known, and stay so', (indent) => {
    const object = configMap({ Corefile: corefile + own.replace(/^(?=.)/gm, indent) })
    expect(parseYaml(unpatchedText(object)).data.Corefile).toBe(corefile)
    const once = patchedText(object, config, AT)
    expect(patchedText(once, config, AT)).toBe(once)
    const text: string = parseYaml(once).data.Corefile
    expect(text).not.toContain('old.example')
    expect(text).toContain(`${corefile}${indent}# meridian: begin\n`)
    expect(text).toContain(`\n${indent}clusterset.local:53 {\n`)
    expect(parseYaml(unpatchedText(once)).data.Corefile).toBe(corefile)
  })

  test.each(['|-', '|', '|+'])('at the end of a block %s leave nothing behind', (style) => {
    const head = `kind: ConfigMap\ndata:\n  Corefile: ${style}\n    .:53 {\n    }\n`
    const marked = `${head}    # meridian: begin\n    # meridian: end\n`
    expect(unpatchedText(marked)).toBe(head)
    const once = patchedText(marked, config, AT)
    expect(patchedText(once, config, AT)).toBe(once)
    expect(unpatchedText(once)).toBe(head)
  })
})

test('a Corefile whose lines end as on Windows gets lines that do', () => {
  const corefile = '.:53 {\r\n    errors\r\n}\r\n'
  const object = configMap({ Corefile: corefile })
  const once = patchedText(object, config, AT)
  expect(parseYaml(once).data.Corefile.replaceAll('\r\n', '')).not.toContain('\n')
  expect(patchedText(once, config, AT)).toBe(once)
  expect(unpatchedText(once)).toBe(object)
})

describe('an object', () => {
  test.each(['', ' null', ' ~', ' ""', ' |', ' " \\n"'])('with a Corefile that is %j is refused', (value) => {
    const object = `kind: ConfigMap\ndata:\n  Corefile:${value}\n`
    expect(refusalOf(() => patchedText(object, config, AT))).toMatch(
      /^standard input: the key Corefile of the ConfigMap is empty, .*\n {4}pipe in/,
    )
  })

  test.each(['', ' null', ' {}', ' []', ' text', ' [a]'])('with data that is %j has no Corefile', (value) => {
    const object = `kind: ConfigMap\ndata:${value}\nmetadata: {name: coredns}\n`
    expect(refusalOf(() => patchedText(object, config, AT))).toMatch(/the ConfigMap has no key Corefile\n/)
  })

  test.each<[target: string, kind: string, name: string, key: string]>([
    ['aks', 'ConfigMap', 'coredns-custom', 'data: text'],
    ['k3s', 'ConfigMap', 'coredns-custom', 'data: [a]'],
    ['kube-dns', 'ConfigMap', 'kube-dns', 'data: {stubDomains: {}}'],
    ['gke', 'ConfigMap', 'kube-dns', 'data: {stubDomains: null}'],
    ['openshift', 'DNS', 'default', 'spec: text'],
    ['openshift', 'DNS', 'default', 'spec: {servers: text}'],
    ['openshift', 'DNS', 'default', 'spec: {servers: {a: b}}'],
  ])('for %s that is not as it should be is refused in a sentence: %s %s %s', (target, kind, name, key) => {
    const object = `kind: ${kind}\nmetadata: {name: ${name}}\n${key}\n`
    expect(refusalOf(() => patchedText(object, config, { ...AT, for: target }))).toMatch(
      /^standard input: .*\n {4}(mend|write)/,
    )
  })

  test.each<[target: string, object: string, message: RegExp]>([
    [
      'openshift',
      'apiVersion: config.openshift.io/v1\nkind: DNS\nmetadata: {name: cluster}\n',
      /it is the DNS cluster of config.openshift.io, not of operator.openshift.io\n {4}pipe in .*operator.openshift.io/,
    ],
    [
      'coredns',
      'apiVersion: example.com/v1\nkind: ConfigMap\nmetadata: {name: coredns}\ndata: {Corefile: ". {\\n}"}\n',
      /it is the ConfigMap coredns of example.com, not of Kubernetes' own\n/,
    ],
    [
      'openshift',
      'apiVersion: v1\nkind: DNS\nmetadata: {name: default}\n',
      /it is the DNS default of Kubernetes' own, not of operator.openshift.io\n/,
    ],
    [
      'coredns',
      'apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata: {name: rke2-coredns}\n',
      /it is the HelmChartConfig rke2-coredns, not a ConfigMap\n/,
    ],
    ['coredns', 'kind: List\nitems: []\n', /not one object|no object/],
    [
      'coredns',
      stringify({ kind: 'List', items: [{ kind: 'Pod', metadata: { name: 'a' } }, { kind: 'Pod' }] }),
      /none of the 2 objects on it is a ConfigMap\n {4}pipe in/,
    ],
    [
      'aks',
      `${configMap({ Corefile: '. {\n}\n' })}---\n${configMap({})}`,
      /none of the 2 objects on it is the ConfigMap coredns-custom\n/,
    ],
    [
      'coredns',
      `${configMap({ Corefile: '. {\n}\n' }, 'a')}---\n${configMap({ Corefile: '. {\n}\n' }, 'b')}`,
      /it holds 2 objects that may be meant: a, b\n {4}pipe in the one/,
    ],
    [
      'coredns',
      '{"kind": "ConfigMap"}\n{"kind": "Pod"}\n',
      /it is several objects in JSON, one after the other\n {4}pipe/,
    ],
    [
      'coredns',
      'kind: ConfigMap\nmetadata: {name: coredns}\nx: &c ". {\\n}"\ndata: {Corefile: *c}\n',
      /has no key Corefile|cannot be changed/,
    ],
    [
      'coredns',
      'kind: ConfigMap\ndata: {Corefile: &c ". {\\n}"}\nx: *c\n',
      /data.Corefile cannot be changed without changing more\n {4}write what holds it as plain/,
    ],
    ['aks', 'kind: ConfigMap\nmetadata: {name: coredns-custom}\ndata: &d {}\nx: *d\n', /cannot be changed/],
  ])('for %s of another kind, or in company, is refused in a sentence: %j', (target, object, message) => {
    expect(refusalOf(() => patchedText(object, config, { ...AT, for: target }))).toMatch(message)
  })
})

test.each<[CorefileOptions, RegExp]>([
  [{ patch: true, remove: true }, /^--patch and --remove: .*\n {4}say one of them$/],
  [{ values: true, for: 'eks' }, /^--values: .*\n {4}pipe one in, with --patch or --remove$/],
])('%j contradict each other', (options, message) => {
  expect(refusalOf(() => checkFilter(options))).toMatch(message)
})

test('what others have added since to what was empty stays, and nothing tells of us', () => {
  const object = 'kind: ConfigMap\nmetadata:\n  name: coredns-custom\ndata: {} # kept\n'
  const after = patchedText(object, config, { ...AT, for: 'aks' })
  const more = after.replace('\n  meridian.server:', '\n  a.override: log\n  meridian.server:')
  expect(unpatchedText(more, { for: 'aks' })).toBe(
    object.replace('data: {} # kept\n', 'data: # kept\n  a.override: log\n'),
  )
})

test('what is found again is left alone, however it is written', () => {
  const object = 'kind: DNS\nmetadata:\n  name: default\n'
  const options = { ...AT, for: 'openshift' }
  const { spec, ...rest } = parseYaml(patchedText(object, config, options))
  const [{ name, zones, forwardPlugin }] = spec.servers
  const byServer = stringify({ ...rest, spec: { servers: [{ forwardPlugin, name, zones }] } }, { indent: 4 })
  expect(patchedText(byServer, config, options)).toBe(byServer)
})

describe('the command', () => {
  const run = (args: readonly string[], input: string) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MERIDIAN, 'corefile', ...args], {
      input,
      encoding: 'utf8',
    })
    return { status, stdout, stderr }
  }

  test('tells of neighbours beside the object, not in it', async () => {
    const directory = await temporary()
    try {
      await directory.write('meridian.yaml', CLUSTERS)
      const object = configMap({ Corefile: '.:53 {\n}\nsvc.clusterset.local:53 {\n}\n' })
      const args = ['--config', directory.at('meridian.yaml'), '--address', '10.96.0.53', '--patch']
      const { status, stdout, stderr } = run(args, object)
      expect(status).toBe(0)
      expect(stderr).toMatch(/^meridian: the block svc\.clusterset\.local of the Corefile is below .*\n$/)
      expect(unpatchedText(stdout)).toBe(object)
    } finally {
      await directory.close()
    }
  })

  test('does not put in and take out at once', () => {
    const { status, stdout, stderr } = run(['--patch', '--remove'], '')
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^meridian: --patch and --remove: .*\n {4}say one of them\n$/)
  })
})
