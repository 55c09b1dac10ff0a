import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { type CorefileOptions, corefileText, TARGETS } from '../../../../src/app/cli/corefile/corefile.ts'
import { CommandFailure } from '../../../../src/app/cli/failure.ts'
import { isWithin } from '../../../../src/values/dns/index.ts'
import { configOf } from '../clusterset.ts'

const CLUSTERS = `clusters:
  - {id: cluster-east, source: {manifests: ./east}}
  - {id: c1.emea, source: {manifests: ./emea}, podCIDRs: [10.2.0.0/16]}
`
const ZONES = ['clusterset.local', 'global', 'cluster-east.local', 'c1.emea.local']
const config = configOf(CLUSTERS)

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))

/** The zones that a text has blocks or stub domains for. */
function zonesIn(text: string): readonly string[] {
  const [key] = linesOf(text).filter((line) => line.endsWith(':53 {'))
  if (key !== undefined)
    return key
      .replace(' {', '')
      .split(' ')
      .map((one) => one.replace(/:53$/, ''))
  const { spec } = parseYaml(text) ?? {}
  return spec === undefined ? Object.keys(stubDomainsIn(text)) : spec.servers[0].zones
}

function stubDomainsIn(text: string): Record<string, readonly string[]> {
  const { data } = parseYaml(text)
  return data === undefined ? {} : JSON.parse(data.stubDomains)
}

const commentsIn = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.startsWith('#'))
    .join('\n')

function problemOf(options: CorefileOptions): string {
  try {
    corefileText(config, options)
  } catch (error) {
    if (error instanceof CommandFailure && error.status === 2) return error.message
    throw error
  }
  return ''
}

describe.each(TARGETS)('for %s', (target) => {
  const print = (text = CLUSTERS, options: CorefileOptions = {}) =>
    corefileText(configOf(text), { for: target, ...options })

  test('every zone of the configuration is forwarded, each by its own name', () => {
    expect(zonesIn(print())).toEqual(ZONES)
  })

  test('zones that are switched off are not forwarded, reverse zones are when they are on', () => {
    const text = print(
      `${CLUSTERS}zones: {clusterset: mesh.example, global: null, cluster: null, reverse: true}\n`,
    )
    expect(zonesIn(text)).toEqual(['mesh.example', '2.10.in-addr.arpa'])
  })

  test('no zone is a parent of the cluster domain, whatever that is', () => {
    const holding = { ...config, local: { ...config.local, clusterDomain: 'k8s.cluster-east.local' } }
    const text = corefileText(holding, { for: target })
    expect(zonesIn(text)).toEqual(ZONES.filter((zone) => zone !== 'cluster-east.local'))
    expect(zonesIn(text).filter((zone) => isWithin('k8s.cluster-east.local', zone))).toEqual([])
    expect(commentsIn(text)).toContain('Left out: cluster-east.local, which holds k8s.cluster-east.local')
  })

  test('without an address there is a placeholder, and a line on how to find it', () => {
    expect(linesOf(print()).join('\n')).toContain('<MERIDIAN-SERVICE-IP>')
    expect(commentsIn(print())).toMatch(/<MERIDIAN-SERVICE-IP> is the ClusterIP .* say --address IP/)
  })

  test('dns.advertise says where Meridian is, and --address says it better', () => {
    const advertised = `${CLUSTERS}dns: {advertise: [10.96.0.53, "fd00::53"]}\n`
    expect(linesOf(print(advertised)).join('\n')).toMatch(/10\.96\.0\.53( |","|\n- )fd00::53/)
    const said = linesOf(print(advertised, { address: '10.0.0.9:5353' })).join('\n')
    expect(said).toContain('10.0.0.9:5353')
    expect(said).not.toContain('10.96.0.53')
  })

  test('the command that applies it and a dig to try stand in comments', () => {
    const comments = commentsIn(print(CLUSTERS, { address: '10.0.0.9:5353' }))
    expect(comments).toMatch(/ (kubectl|oc) (replace|apply) /)
    expect(comments).toContain(
      `meridian corefile --config meridian.yaml --for ${target} --address 10.0.0.9:5353`,
    )
    expect(comments).toContain('dig @10.0.0.9 -p 5353 dns-version.clusterset.local TXT +short')
  })

  test('the price of the suffix global is told, to those who pay it', () => {
    expect(commentsIn(print())).toContain('public top-level domain')
    expect(print(`${CLUSTERS}zones: {global: mesh.internal}\n`)).not.toContain('public top-level domain')
  })
})

describe('a CoreDNS block', () => {
  const block = (options: CorefileOptions = {}, text = CLUSTERS) =>
    linesOf(corefileText(configOf(text), { address: '10.96.0.53', ...options }))

  test('holds what every CoreDNS from 1.9 on understands, unless a version is said', () => {
    expect(block()).toEqual([
      'clusterset.local:53 global:53 cluster-east.local:53 c1.emea.local:53 {',
      'errors',
      'cache {',
      'success 9984 5 5',
      'denial 9984 5 5',
      '}',
      'forward . 10.96.0.53',
      '}',
    ])
  })

  test('never shuffles, never forces TCP, never prefetches or serves what is stale', () => {
    for (const corednsVersion of ['1.9', '1.11.3', '1.14.7', '2.0.0'])
      for (const word of ['loadbalance', 'force_tcp', 'prefetch', 'serve_stale', 'prefer_udp'])
        expect(block({ corednsVersion }).filter((line) => line.startsWith(word))).toEqual([])
  })

  test.each([
    ['1.9.3', false, false, false],
    ['v1.9.4', true, false, false],
    ['1.14.2', true, false, false],
    ['1.14.3', true, true, false],
    ['1.14.6', true, true, false],
    ['1.14.7-rc.1', true, true, true],
    ['1.15', true, true, true],
  ])('of version %s has no option that came later', (corednsVersion, servfail, maxAge, failover) => {
    const lines = block({ corednsVersion, address: '10.96.0.53,10.96.0.54' })
    expect(lines.includes('servfail 0s')).toBe(servfail)
    expect(lines.includes('max_age 30s')).toBe(maxAge)
    expect(lines.includes('failover SERVFAIL REFUSED')).toBe(failover)
  })

  test('fails over only where there is another address', () => {
    expect(block({ corednsVersion: '1.14.7' })).not.toContain('failover SERVFAIL REFUSED')
  })

  test.each([
    ['10.96.0.53,10.96.0.54', '1.12.2', true],
    ['10.96.0.53,10.96.0.54', undefined, true],
    ['10.96.0.53,10.96.0.54', '1.14.7', false],
    ['10.96.0.53', '1.12.2', false],
  ])('to %s in version %s says what a replica that starts costs: %s', (address, version, said) => {
    const options = version === undefined ? { address } : { address, corednsVersion: version }
    expect(commentsIn(corefileText(config, options)).includes('a replica that is starting')).toBe(said)
  })

  test.each([
    [0, 0, '9984 1 0', '9984 1 0'],
    [1, 3, '9984 1 1', '9984 3 3'],
    [30, 600, '9984 30 5', '9984 600 5'],
  ])('keeps answers no longer than TTLs of %i and %i say', (ttl, negativeTtl, success, denial) => {
    const lines = block({}, `${CLUSTERS}dns: {ttl: ${ttl}, negativeTtl: ${negativeTtl}}\n`)
    expect(lines).toContain(`success ${success}`)
    expect(lines).toContain(`denial ${denial}`)
  })

  test('keeps nothing where answers depend on which client asks', () => {
    const clients = 'clients: {trustClientSubnet: true, map: [{cidr: 10.0.0.0/8, locality: eu-1}]}\n'
    expect(block({}, CLUSTERS + clients)).not.toContain('cache {')
    expect(block({}, `${CLUSTERS}clients: {trustClientSubnet: true}\n`)).toContain('cache {')
  })

  test('has braces that match, and stands between two marks by which a later run replaces it', () => {
    for (const target of ['coredns', 'eks', 'nodelocal']) {
      const text = corefileText(config, {
        for: target,
        address: '10.0.0.1,10.0.0.2',
        corednsVersion: '1.14.7',
      })
      const lines = linesOf(text)
      expect(lines.filter((line) => line.endsWith('{')).length).toBe(
        lines.filter((line) => line === '}').length,
      )
      expect(text.split('\n').filter((line) => /^# meridian: /.test(line))).toEqual([
        '# meridian: begin',
        '# meridian: end',
      ])
      expect(text.startsWith('# meridian: begin\n') && text.endsWith('}\n# meridian: end\n')).toBe(true)
    }
  })
})

describe('NodeLocal DNSCache', () => {
  const block = (options: CorefileOptions) =>
    linesOf(corefileText(config, { for: 'nodelocal', address: '10.96.0.53', ...options }))

  test('binds its usual address, or those that are said', () => {
    expect(block({})).toContain('bind 169.254.20.10')
    expect(block({ bind: '169.254.25.10,10.96.0.10' })).toContain('bind 169.254.25.10 10.96.0.10')
  })

  test('caches and forwards as CoreDNS does', () => {
    expect(block({})).toEqual(expect.arrayContaining(['cache {', 'success 9984 5 5', 'forward . 10.96.0.53']))
  })
})

test('kube-dns gets a ConfigMap whose stubDomains are JSON', () => {
  const text = corefileText(config, { for: 'kube-dns', address: '10.96.0.53,[fd00::53]:5353' })
  expect(parseYaml(text)).toMatchObject({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
  })
  expect(stubDomainsIn(text)).toEqual(
    Object.fromEntries(ZONES.map((zone) => [zone, ['10.96.0.53', '[fd00::53]:5353']])),
  )
})

test('a loopback address is taken, with a word on who reaches it', () => {
  const text = corefileText(config, { address: '127.0.0.1:1053' })
  expect(linesOf(text)).toContain('forward . 127.0.0.1:1053')
  expect(commentsIn(text)).toContain('reached only by a DNS server on the same host')
})

test('words that a shell would take apart are quoted in the command', () => {
  const spaced = { ...config, file: "my config's.yaml" }
  expect(commentsIn(corefileText(spaced, { address: '[fd00::1]:5353' }))).toContain(
    "meridian corefile --config 'my config'\\''s.yaml' --for coredns --address '[fd00::1]:5353'",
  )
})

test.each<[CorefileOptions, RegExp]>([
  [
    { for: 'bind' },
    /^--for bind: .*\n {4}use one of coredns, eks, aks, gke, k3s, openshift, nodelocal, kube-dns$/,
  ],
  [{ address: 'meridian.example' }, /^--address meridian.example is not an IP address/],
  [{ address: '10.0.0.1:0' }, /^--address 10.0.0.1:0 is not an IP address with or without a port/],
  [{ address: '10.0.0.1:65536' }, /^--address 10.0.0.1:65536 is not/],
  [{ address: '10.0.0.1,' }, /^--address {2}is not an IP address/],
  [{ address: '0.0.0.0' }, /^--address 0.0.0.0 is unspecified/],
  [{ address: Array.from({ length: 16 }, (_, i) => `10.0.0.${i}`).join(',') }, /^--address: 16 addresses/],
  [{ for: 'nodelocal', bind: 'lo' }, /^--bind lo is not an IP address/],
  [{ corednsVersion: 'latest' }, /^--coredns-version latest is not a version/],
  [{ corednsVersion: '1.8.7' }, /^--coredns-version 1.8.7 is older than 1.9.0/],
])('%j is refused with the option and the remedy', (options, message) => {
  expect(problemOf(options)).toMatch(message)
  expect(problemOf(options)).toContain('\n    ')
})
