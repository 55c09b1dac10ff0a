import { expect, test } from 'vitest'
import {
  ConfigError,
  OVERRIDES,
  parseConfig,
  printProblem,
  type Surroundings,
} from '../../../src/app/config/index.ts'

const EAST = 'clusters: [{id: east, source: {manifests: ./east}}, {id: west, source: {manifests: ./west}}]\n'

const read = (around: Surroundings, text = EAST) => parseConfig(text, 'meridian.yaml', around)

function problemsOf(around: Surroundings, text = EAST): readonly string[] {
  try {
    read(around, text)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(printProblem)
    throw error
  }
  return []
}

const FILE = `${EAST}dns: {ttl: 7, listen: ["127.0.0.1:1"]}\nlog: {level: error}\n`

test('the environment overrides the file, and flags override both', () => {
  const env = { MERIDIAN_DNS_LISTEN: '127.0.0.1:2, [::1]:2', MERIDIAN_LOG_LEVEL: 'debug' }
  expect(read({}, FILE).log.level).toBe('error')
  expect(read({ env }, FILE).log.level).toBe('debug')
  expect(read({ env, flags: { logLevel: 'trace' } }, FILE).log.level).toBe('trace')
  expect(read({}, FILE).dns.listen).toEqual([{ host: '127.0.0.1', port: 1 }])
  expect(read({ env }, FILE).dns.listen).toEqual([
    { host: '127.0.0.1', port: 2 },
    { host: '::1', port: 2 },
  ])
  expect(read({ env, flags: { dnsListen: ['127.0.0.1:3'] } }, FILE).dns).toMatchObject({
    listen: [{ host: '127.0.0.1', port: 3 }],
    ttl: 7,
  })
})

test('every overridable key can be set by its variable and by its flag', () => {
  const values: Readonly<Record<string, string>> = {
    dnsListen: '127.0.0.1:1053',
    adminListen: '127.0.0.1:1054',
    localCluster: 'west',
    localLocality: 'us-west-1',
    logLevel: 'warn',
  }
  const expected = {
    dns: { listen: [{ host: '127.0.0.1', port: 1053 }] },
    admin: { listen: { host: '127.0.0.1', port: 1054 } },
    local: { cluster: 'west', locality: { region: 'us-west-1', zone: null, subzone: null } },
    log: { level: 'warn' },
  }
  expect(OVERRIDES.map(({ key }) => key)).toEqual(Object.keys(values))
  expect(read({ flags: values })).toMatchObject(expected)
  expect(
    read({ env: Object.fromEntries(OVERRIDES.map(({ env, key }) => [env, values[key]])) }),
  ).toMatchObject(expected)
})

test('a problem names the variable or the flag that said it', () => {
  expect(problemsOf({ env: { MERIDIAN_LOG_LEVEL: 'loud' } }, FILE)[0]).toMatch(
    /^MERIDIAN_LOG_LEVEL: log\.level: "loud" is not/,
  )
  expect(problemsOf({ flags: { dnsListen: '127.0.0.1:53,53' } })[0]).toMatch(
    /^--dns-listen: dns\.listen\[1\]: "53" is not/,
  )
  expect(problemsOf({ env: { MERIDIAN_LOCAL_CLUSTER: 'north' } })).toEqual([
    'MERIDIAN_LOCAL_CLUSTER: local.cluster: there is no cluster north\n    write one of east, west, or add it to clusters',
  ])
})

test('a problem of the file that an override replaces is none', () => {
  expect(problemsOf({ flags: { logLevel: 'info' } }, `${EAST}log: {level: loud}\n`)).toEqual([])
})

test('a section of the wrong type stays wrong under an override', () => {
  expect(problemsOf({ flags: { logLevel: 'info' } }, `${EAST}log: loud\n`)[0]).toMatch(
    /^meridian.yaml:2: log: "loud" is not a mapping/,
  )
})

test('a variable that is set but empty says nothing; an empty flag is a mistake', () => {
  expect(read({ env: { MERIDIAN_LOG_LEVEL: '' } }).log.level).toBe('info')
  expect(problemsOf({ flags: { logLevel: '' } })[0]).toMatch(/^--log-level: log.level: "" is not one of/)
})

test('flags that override nothing are somebody else’s', () => {
  expect(read({ flags: { config: 'x', drain: '5s', verbose: true } }).warnings).toEqual([])
})

test('a variable that is nearly a setting stops the start', () => {
  expect(problemsOf({ env: { MERIDIAN_DNS_LISTN: '127.0.0.1:53' } })).toEqual([
    'MERIDIAN_DNS_LISTN: no such setting\n    did you mean MERIDIAN_DNS_LISTEN?',
  ])
})

test('any other variable with the prefix is a warning', () => {
  const { warnings } = read({ env: { MERIDIAN_TEAM: 'dns', PATH: '/bin', meridian_log_level: 'x' } })
  expect(warnings.map(({ place, problem }) => `${place}: ${problem}`)).toEqual([
    'MERIDIAN_TEAM: no such setting',
  ])
  expect(warnings[0]?.remedy).toContain('MERIDIAN_LOG_LEVEL')
})

test('what Kubernetes sets for Services of our name is passed over in silence', () => {
  const env = {
    MERIDIAN_SERVICE_HOST: '10.96.0.53',
    MERIDIAN_SERVICE_PORT: '53',
    MERIDIAN_SERVICE_PORT_DNS_TCP: '53',
    MERIDIAN_PORT: 'udp://10.96.0.53:53',
    MERIDIAN_PORT_53_UDP: 'udp://10.96.0.53:53',
    MERIDIAN_PORT_53_UDP_PROTO: 'udp',
    MERIDIAN_PORT_53_UDP_PORT: '53',
    MERIDIAN_PORT_53_UDP_ADDR: '10.96.0.53',
    MERIDIAN_DNS_PORT: 'udp://10.96.0.53:53',
    MERIDIAN_DNS_SERVICE_HOST: '10.96.0.53',
    MERIDIAN_ADMIN_METRICS_PORT_9153_TCP_ADDR: '10.96.0.54',
  }
  expect(read({ env }).warnings).toEqual([])
})

test('a port that a person sets is not one that Kubernetes sets', () => {
  expect(read({ env: { MERIDIAN_DNS_PORT: '1053' } }).warnings.map(({ place }) => place)).toEqual([
    'MERIDIAN_DNS_PORT',
  ])
})

test.each([
  ['us-east-1/us-east-1a', { region: 'us-east-1', zone: 'us-east-1a', subzone: null }],
  ['us-east-1/', { region: 'us-east-1', zone: null, subzone: null }],
  ['/', null],
  ['//', null],
])('labels of a pod that are empty say nothing of where it stands: %s', (text, locality) => {
  expect(read({ env: { MERIDIAN_LOCAL_LOCALITY: text } }).local.locality).toEqual(locality)
})

test('a zone without its region is told', () => {
  expect(problemsOf({ env: { MERIDIAN_LOCAL_LOCALITY: '/us-east-1a' } })).toHaveLength(1)
})
