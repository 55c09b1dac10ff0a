import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml, stringify } from 'yaml'
import {
  type CorefileOptions,
  corefileText,
  patchedText,
  unpatchedText,
} from '../../../../src/app/cli/corefile/corefile.ts'
import { configOf } from '../clusterset.ts'
import { refusalOf } from './refusal.ts'

const ZONES = ['clusterset.local', 'global', 'east.local']
const config = configOf('clusters: [{id: east, source: {manifests: ./east}}]\n')

const AT: CorefileOptions = { address: '10.96.0.53' }

const patched = (input: string, options: CorefileOptions) => patchedText(input, config, { ...AT, ...options })

const COREFILE = `.:53 {
    errors
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
    }

    forward . /etc/resolv.conf
    reload
}
`

/** As kubectl prints it. */
const configMap = (data: Readonly<Record<string, string>>, name = 'coredns'): string =>
  stringify(
    {
      apiVersion: 'v1',
      data,
      kind: 'ConfigMap',
      metadata: { name, namespace: 'kube-system', resourceVersion: '300' },
    },
    { lineWidth: 0 },
  )

const asJson = (yaml: string): string => `${JSON.stringify(parseYaml(yaml), null, 4)}\n`

const OPENSHIFT = `apiVersion: operator.openshift.io/v1
kind: DNS
metadata:
  name: default
spec:
  logLevel: Normal
  servers:
  - forwardPlugin:
      policy: Random
      upstreams:
      - 192.0.2.1
    name: corp
    zones:
    - corp.example
`

/** Of each kind of DNS, an object as it may be before Meridian comes. */
const BEFORE: readonly (readonly [target: string, title: string, object: string])[] = [
  ['coredns', 'a stock Corefile', configMap({ Corefile: COREFILE })],
  ['coredns', 'a Corefile without a newline at its end', configMap({ Corefile: COREFILE.trimEnd() })],
  ['coredns', 'a Corefile with trailing blanks', configMap({ Corefile: `${COREFILE}\n  \n` })],
  ['coredns', 'more than a Corefile', configMap({ Corefile: COREFILE, 'x.db': 'a IN A 192.0.2.1\n' })],
  ['coredns', 'comments', `# ours\n${configMap({ Corefile: COREFILE })}# end\n`],
  ['eks', 'a stock Corefile', configMap({ Corefile: COREFILE })],
  [
    'nodelocal',
    'blocks that bind',
    configMap({ Corefile: `.:53 {\n    bind 169.254.20.10 10.96.0.10\n}\n` }),
  ],
  ['aks', 'no key', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: coredns-custom\n'],
  ['aks', 'keys of others', configMap({ 'corp.server': 'corp.example:53 {\n}\n' }, 'coredns-custom')],
  ['k3s', 'keys of others', configMap({ 'x.override': 'log\n' }, 'coredns-custom')],
  ['openshift', 'servers of others', OPENSHIFT],
  ['openshift', 'no servers', 'kind: DNS\nmetadata:\n  name: default\nspec:\n  logLevel: Normal\n'],
  ['kube-dns', 'no key', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kube-dns\n'],
  ['kube-dns', 'an empty object', configMap({ stubDomains: '{}' }, 'kube-dns')],
  [
    'gke',
    'domains of others',
    configMap(
      { stubDomains: '{\n   "corp.example" : ["192.0.2.1"]\n}\n', upstreamNameservers: '[]' },
      'kube-dns',
    ),
  ],
]

describe.each(BEFORE)('for %s, %s', (target, _title, yaml) => {
  const options = { for: target }
  const forms: readonly (readonly [string, string])[] = [
    ['YAML', yaml],
    ['JSON', asJson(yaml)],
  ]

  test.each(forms)('what was put in is taken out again, octet by octet (%s)', (_form, object) => {
    const after = patched(object, options)
    expect(after).not.toBe(object)
    expect(unpatchedText(after, options)).toBe(object)
  })

  test.each(forms)(
    'a second run changes nothing, one with another address changes that alone (%s)',
    (_, object) => {
      const once = patched(object, options)
      expect(patched(once, options)).toBe(once)
      const moved = patched(once, { ...options, address: '10.96.0.54' })
      expect(moved).toBe(once.replaceAll('10.96.0.53', '10.96.0.54'))
      expect(unpatchedText(moved, options)).toBe(object)
    },
  )

  test('taking out what is not there changes nothing', () => {
    expect(unpatchedText(yaml, options)).toBe(yaml)
  })

  test('JSON stays JSON, and says the same as YAML', () => {
    expect(JSON.parse(patched(asJson(yaml), options))).toEqual(parseYaml(patched(yaml, options)))
  })
})

describe('the Corefile of a ConfigMap', () => {
  const corefileIn = (object: string): string => parseYaml(object).data.Corefile

  test('has the block that is printed for people, between the marks, and after it what was there', () => {
    const printed = corefileText(config, AT).replace(/^#.*\n/gm, '')
    const after = corefileIn(patched(configMap({ Corefile: COREFILE }), {}))
    expect(after.startsWith('# meridian: begin\n')).toBe(true)
    expect(after.replace(/^#.*\n/gm, '')).toBe(printed + COREFILE)
    expect(after.endsWith(`# meridian: end\n${COREFILE}`)).toBe(true)
  })

  test('is changed where an earlier block stands', () => {
    const old = `${COREFILE}# meridian: begin\n# old\nold.example:53 {\n}\n# meridian: end\ncorp.example {\n}\n`
    const after = corefileIn(patched(configMap({ Corefile: old }), {}))
    expect(after.startsWith(`${COREFILE}# meridian: begin\n`)).toBe(true)
    expect(after.endsWith('# meridian: end\ncorp.example {\n}\n')).toBe(true)
    expect(after).not.toContain('old.example')
  })

  test('listens where its block for all names does', () => {
    const moved = configMap({ Corefile: COREFILE.replace('.:53', '.:1053') })
    expect(corefileIn(patched(moved, {}))).toContain(
      '\nclusterset.local:1053 global:1053 east.local:1053 {\n',
    )
  })

  test('that begins with a byte order mark has it there still: anywhere else CoreDNS takes it for part of a zone', () => {
    const marked = configMap({ Corefile: `\ufeff${COREFILE.replace('.:53', '.:1053')}` })
    const after = corefileIn(patched(marked, {}))
    expect(after.startsWith('\ufeff# meridian: begin\n')).toBe(true)
    expect(after).toContain('\nclusterset.local:1053 global:1053 east.local:1053 {\n')
    expect(after).toContain('# meridian: end\n.:1053 {\n')
    expect(unpatchedText(patched(marked, {}), {})).toBe(marked)
  })

  test('binds what its other blocks do, unless --bind says otherwise', () => {
    const text = configMap({ Corefile: '.:53 {\n    bind __PILLAR__LOCAL__DNS__ 10.96.0.10 \n}\n' })
    const bound = (options: CorefileOptions) =>
      /^ {4}bind .*$/m.exec(corefileIn(patched(text, { for: 'nodelocal', ...options })))?.[0]
    expect(bound({})).toBe('    bind __PILLAR__LOCAL__DNS__ 10.96.0.10')
    expect(bound({ bind: '169.254.25.10' })).toBe('    bind 169.254.25.10')
    const plain = configMap({ Corefile: COREFILE })
    expect(corefileIn(patched(plain, { for: 'nodelocal' }))).toContain('    bind 169.254.20.10\n')
  })

  test.each([
    ['clusterset.local:53 {\n}\n', 'clusterset.local'],
    ['corp.example, GLOBAL. {\n}\n', 'global'],
    ['corp.example,\ndns://east.local {\n    forward . {$UPSTREAM}\n}\n', 'east.local'],
    ['import corp/*.conf\n(snip) {\n    errors\n}\nglobal {\n    import snip\n}\n', 'global'],
  ])('with a block of somebody else for a zone of ours is refused: %j', (block, zone) => {
    const object = configMap({ Corefile: COREFILE + block })
    expect(refusalOf(() => patched(object, {}))).toMatch(
      new RegExp(
        `^standard input: Corefile has a block for ${zone} already, which is not Meridian's\n    remove`,
      ),
    )
  })

  test.each([
    ['global:8053 {\n}\n'],
    ['tls://global {\n}\n'],
    ['svc.global {\n}\n'],
    ['# global {\n'],
    ['corp.example {\n    # }\n    log "}"\n    template ANY ANY {\n        match "^global {$"\n    }\n}\n'],
    ['(global) {\n}\n'],
  ])('with a block that shares no zone with ours is no matter: %j', (block) => {
    expect(corefileIn(patched(configMap({ Corefile: COREFILE + block }), {}))).toContain(COREFILE + block)
  })

  test.each([
    ['# meridian: begin\n'],
    ['# meridian: end\n'],
    ['# meridian: end\n# meridian: begin\n'],
    ['# meridian: begin\n# meridian: begin\n# meridian: end\n'],
  ])('with marks that are no pair is refused, both ways: %j', (marks) => {
    const object = configMap({ Corefile: marks + COREFILE })
    for (const attempt of [() => patched(object, {}), () => unpatchedText(object)])
      expect(refusalOf(attempt)).toMatch(
        /^standard input: the lines .* are not one pair\n {4}take out by hand/,
      )
  })

  test('of one block without braces has room for no other', () => {
    const object = configMap({ Corefile: '.:53\nerrors\nforward . 192.0.2.1\n' })
    expect(refusalOf(() => patched(object, {}))).toMatch(/one server block without braces.*\n {4}put braces/)
  })

  test('whatever it is, comes back whole', () => {
    const line = fc.constantFrom('.:53 {', '}', '  errors', '', ' # é {', '\ttab', 'a "b" \\', ': x', '- y')
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('', '\n', '\n\n', ' \n'), (lines, end) => {
        const corefile = `.:53 {\n${lines.filter((one) => !/[{}]/.test(one)).join('\n')}\n}${end}`
        for (const object of [configMap({ Corefile: corefile }), asJson(configMap({ Corefile: corefile }))]) {
          const after = patched(object, {})
          expect(corefileIn(after).endsWith(`# meridian: end\n${corefile}`)).toBe(true)
          expect(corefileIn(unpatchedText(after))).toBe(corefile)
        }
      }),
    )
  })
})

describe('the configuration values of an add-on', () => {
  test('hold the Corefile that the ConfigMap would', () => {
    const object = configMap({ Corefile: COREFILE })
    const values = JSON.parse(patched(object, { for: 'eks', values: true }))
    expect(values).toEqual({ corefile: parseYaml(patched(object, { for: 'eks' })).data.Corefile })
    expect(JSON.parse(unpatchedText(patched(object, { for: 'eks' }), { for: 'eks', values: true }))).toEqual({
      corefile: COREFILE,
    })
  })

  test('are EKS’s alone', () => {
    expect(refusalOf(() => patched(configMap({ Corefile: COREFILE }), { values: true }))).toMatch(
      /^--values: coredns has no configuration values\n {4}say it with --for eks/,
    )
  })
})

describe('the object', () => {
  test.each<[string, string, RegExp]>([
    ['coredns', '', /^standard input: there is nothing on it\n {4}pipe in/],
    ['coredns', 'a: [', /^standard input: it is not one object in YAML or JSON: /],
    ['coredns', '- a\n', /^standard input: it is not one object in YAML or JSON\n/],
    [
      'coredns',
      'a: 1\n---\nb: 2\n',
      /^standard input: none of the 2 objects on it is a ConfigMap\n {4}pipe in/,
    ],
    ['coredns', 'a: 1\n', /^standard input: it is no Kubernetes object, not a ConfigMap\n/],
    ['coredns', 'kind: Pod\nmetadata: {name: x}\n', /it is the Pod x, not a ConfigMap\n {4}pipe in/],
    ['coredns', configMap({ a: 'b' }), /the ConfigMap has no key Corefile\n {4}pipe in/],
    ['aks', configMap({ Corefile: COREFILE }), /the ConfigMap coredns, not the ConfigMap coredns-custom\n/],
    [
      'kube-dns',
      configMap({ stubDomains: '[]' }, 'kube-dns'),
      /stubDomains .* is not a JSON object\n {4}mend/,
    ],
    ['openshift', configMap({ a: 'b' }), /it is the ConfigMap coredns, not a DNS\n/],
  ])('for %s that is none of the kind is refused: %j', (target, object, message) => {
    expect(refusalOf(() => patched(object, { for: target }))).toMatch(message)
  })

  test.each<[string, string, RegExp]>([
    [
      'k3s',
      configMap({ 'mine.server': 'global:53 {\n}\n' }, 'coredns-custom'),
      /its key mine.server has a block for global already/,
    ],
    [
      'gke',
      configMap({ stubDomains: '{"global": ["192.0.2.1"]}' }, 'kube-dns'),
      /stubDomains has global already/,
    ],
    [
      'openshift',
      OPENSHIFT.replace('corp.example', 'Global.'),
      /server corp of spec.servers has global already/,
    ],
  ])('for %s in which others have a zone of ours is refused', (target, object, message) => {
    expect(refusalOf(() => patched(object, { for: target }))).toMatch(message)
  })

  test('is not touched as long as nobody says where Meridian is', () => {
    expect(refusalOf(() => patchedText(configMap({ Corefile: COREFILE }), config))).toMatch(
      /^--patch: nobody said where Meridian is\n {4}write it into dns.advertise/,
    )
  })

  test('is not touched where no zone is left', () => {
    const holding = { ...config, local: { ...config.local, clusterDomain: 'clusterset.local' } }
    const none = { ...holding, zones: { ...config.zones, global: null, cluster: null } }
    expect(refusalOf(() => patchedText(configMap({ Corefile: COREFILE }), none, AT))).toMatch(
      /^--patch: no zone is left to forward\n/,
    )
  })
})

describe('stub domains', () => {
  const domainsIn = (object: string): unknown => JSON.parse(parseYaml(object).data.stubDomains)

  test('are added after those of others, and known again by an annotation', () => {
    const object = configMap({ stubDomains: '{"corp.example": ["192.0.2.1"]}' }, 'kube-dns')
    const after = patched(object, { for: 'kube-dns' })
    expect(domainsIn(after)).toEqual({
      'corp.example': ['192.0.2.1'],
      ...Object.fromEntries(ZONES.map((zone) => [zone, ['10.96.0.53']])),
    })
    expect(parseYaml(after).metadata.annotations).toEqual({
      'meridian-dns.io/stub-domains': 'clusterset.local global east.local',
    })
  })

  test('that others added since, in whatever place, stay', () => {
    const after = patched(configMap({ stubDomains: '{}' }, 'kube-dns'), { for: 'kube-dns' })
    const object = parseYaml(after)
    const stubDomains = object.data.stubDomains.replace('"global"', '"corp.example":["192.0.2.1"],"global"')
    const edited = stringify({ ...object, data: { stubDomains } })
    expect(domainsIn(unpatchedText(edited, { for: 'kube-dns' }))).toEqual({ 'corp.example': ['192.0.2.1'] })
  })

  test('of a manifest that was created as printed are known again', () => {
    const printed = corefileText(config, { for: 'gke', ...AT })
    expect(patched(printed, { for: 'gke' })).toBe(printed)
    expect(parseYaml(unpatchedText(printed, { for: 'gke' }))).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-dns', namespace: 'kube-system' },
    })
  })
})
