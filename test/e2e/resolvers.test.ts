import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  blockOfCluster,
  buildWithMusl,
  COREDNS,
  LARGE,
  type Pod,
  printedBlock,
  Replica,
  startPod,
  whyNoPod,
  writeClusterset,
} from './chain/index.ts'
import { build, type Cluster, type Manifest, startCluster } from './ground/index.ts'

const PROGRAMS = join(import.meta.dirname, 'programs')

/** The answers that every resolver of a pod must find. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'web.default.svc.clusterset.local': ['10.101.195.130'],
  'web.default.global': ['10.101.195.130'],
  'web.global': ['10.101.195.130'],
  'db-0.cluster-west.db.data.svc.clusterset.local': ['10.2.1.18'],
  'db-1.cluster-east.db.data.global': ['10.1.2.20'],
  'web.default.svc.cluster-west.local': ['10.2.1.10', '10.2.2.11'],
  'db.data.svc.clusterset.local': ['10.1.1.19', '10.1.2.20', '10.1.3.21', '10.2.1.18', '10.2.2.19'],
}

/** What only the search list makes whole: the cluster's own names, and a federation's. */
const SHORT_NAMES: Readonly<Record<string, readonly string[]>> = {
  own: ['10.96.7.7'],
  'own.default': ['10.96.7.7'],
  'web.default.galaxy': ['10.101.195.130'],
}

const DUAL_STACK = 'api.shop.svc.clusterset.local'
const MISSING = 'nobody.default.svc.clusterset.local'
const MANY = `${LARGE.name}.svc.clusterset.local`

let replica: Replica
let cluster: Cluster
let pod: Pod
let muslProgram: string

beforeAll(async () => {
  const forbidden = await whyNoPod()
  if (forbidden !== undefined) throw new Error(forbidden)
  muslProgram = await buildWithMusl('resolve.c')
  const config = writeClusterset({ zones: { federations: { galaxy: { clusters: ['cluster-west'] } } } })
  ;[replica, cluster] = await Promise.all([Replica.start(config), startCluster('cluster-east')])
  await cluster.apply([own])
  const [[, said] = ['', '']] = COREDNS
  const block = await printedBlock(config, [replica.port], said)
  pod = await startPod([blockOfCluster(cluster), block].join('\n'))
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(`${pod.logTail()}\n${replica.logTail()}`)
})

afterAll(async () => {
  await pod?.close()
  await Promise.all([replica?.stop(), cluster?.close()])
})

const own: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'own', namespace: 'default' },
  spec: { clusterIP: '10.96.7.7', ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
}

/** How a program of a pod finds names: `name address…` or `name error: …`, a line for each. */
interface Program {
  readonly title: string
  /** Whether names are looked for in the search list. */
  readonly searches: boolean
  readonly find: (names: readonly string[]) => Promise<string>
}

const RESOLVERS: readonly Program[] = [
  { title: 'glibc (getent ahosts)', searches: true, find: (names) => getent(names) },
  { title: 'musl', searches: true, find: (names) => pod.run(muslProgram, ...names) },
  { title: 'Go', searches: true, find: async (names) => pod.run(await build('resolver'), ...names) },
  { title: 'Node, getaddrinfo', searches: true, find: (names) => node('lookup', names) },
  { title: 'Node, setServers', searches: false, find: (names) => node(pod.server, names) },
]

const node = (from: string, names: readonly string[]): Promise<string> =>
  pod.run(process.execPath, join(PROGRAMS, 'resolve.ts'), from, ...names)

async function getent(names: readonly string[]): Promise<string> {
  const script = 'for name; do echo "$name" $(getent ahosts "$name" | grep STREAM | cut -d" " -f1); done'
  const text = await pod.run('sh', '-c', script, 'sh', ...names)
  return text.replaceAll(/^(\S+)$/gm, '$1 error: not found')
}

/** By name: its addresses in order of their text, or the error. */
function parseFound(text: string): Record<string, readonly string[]> {
  const lines = text.trim().split('\n')
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...words] = line.split(' ')
      return [name, words[0] === 'error:' ? [words.join(' ')] : [...new Set(words)].sort()]
    }),
  )
}

describe.each(RESOLVERS)('in a pod, $title', ({ title, find }) => {
  const found = (names: readonly string[]) => foundBy(find, names)

  test('finds the names of the clusterset, with ndots:5', async () => {
    expect(await found(Object.keys(NAMES))).toEqual(NAMES)
  })

  test('finds an IPv4 address of a name that has both families', async () => {
    expect(await found([DUAL_STACK])).toEqual({
      [DUAL_STACK]: expect.arrayContaining(['10.101.64.141']),
    })
  })

  test('does not find what does not exist', async () => {
    expect(await found([MISSING])).toEqual({ [MISSING]: [expect.stringMatching(/^error: /)] })
  })

  test('finds the pods of a large headless service', async () => {
    const { [MANY]: pods = [] } = await found([MANY])
    console.log(`${title}: ${pods.length} of ${LARGE.pods} pods`)
    expect(pods.every((one) => one.startsWith('10.1.150.'))).toBe(true)
    // musl keeps 48 addresses at most, and before 1.2.4 knows no TCP.
    if (title === 'musl') expect(pods.length).toBeGreaterThan(10)
    else expect(pods.length).toBe(LARGE.pods)
  })
})

test.for(RESOLVERS.filter(({ searches }) => searches))(
  'in a pod, $title finds short names by the search list',
  async ({ find }) => {
    expect(await foundBy(find, Object.keys(SHORT_NAMES))).toEqual(SHORT_NAMES)
  },
)

const foundBy = async (find: Program['find'], names: readonly string[]) => parseFound(await find(names))
