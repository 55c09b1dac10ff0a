/** The look-ups of the document that fixtures/federation has, from a Pod: through a real CoreDNS beside a real API server. */

import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { documentText, FEDERATION } from '../docs/document.ts'
import { CHECKOUT } from '../support/server.ts'
import {
  blockOfCluster,
  buildWithMusl,
  COREDNS,
  type Pod,
  printedBlock,
  Replica,
  startPod,
  whyNoPod,
} from './chain/index.ts'
import {
  build,
  type Cluster,
  isManifest,
  readManifestsIn,
  startCluster,
  toApply,
  whyMissing,
} from './ground/index.ts'

const CONFIG = join(CHECKOUT, FEDERATION, 'meridian.yaml')

let replica: Replica
let cluster: Cluster
let pod: Pod

beforeAll(async () => {
  const problem = whyMissing({ nslookup: 'bind9-dnsutils' }) ?? (await whyNoPod())
  if (problem !== undefined) throw new Error(problem)
  ;[replica, cluster] = await Promise.all([
    Replica.start(CONFIG),
    startCluster('cluster-east', { serviceCIDRs: ['10.96.0.0/14'] }),
  ])
  const objects = readManifestsIn(join(CHECKOUT, FEDERATION, 'cluster-east')).map(toApply)
  await cluster.apply(objects.filter((one) => isManifest(one) && one.apiVersion === 'v1'))
  const [[, version] = ['', '']] = COREDNS
  const block = await printedBlock(CONFIG, [replica.port], version)
  pod = await startPod(`${blockOfCluster(cluster)}\n${block}`)
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(`${pod?.logTail()}\n${replica?.logTail()}`)
})

afterAll(async () => {
  await pod?.close()
  await Promise.all([replica?.stop(), cluster?.close()])
})

const DOCUMENT = documentText()
const LINES = DOCUMENT.match(/nslookup \S+/g) ?? []
/** What the script's curl looks up in a Pod of namespace default. */
const HOSTS = [...DOCUMENT.matchAll(/http:\/\/([\w.-]+):80 /g)].map(([, host = '']) => host)

const ADDRESS = '10.96.1.20'

test('the Job looks up two names, the script two more', () => {
  expect(LINES).toEqual([
    'nslookup web-service.default.svc.cluster.local',
    'nslookup web-service.default.global',
  ])
  expect(HOSTS).toEqual(['web-service', 'web-service.global'])
})

test.each(LINES)('%s, as the Job has it, finds the Service', async (line) => {
  const printed = await pod.run('sh', '-c', line)
  expect(printed.match(/^Address: .*$/gm)).toEqual([`Address: ${ADDRESS}`])
})

const RESOLVERS = [
  ['glibc', async (host: string) => (await pod.run('getent', 'ahosts', host)).split(' ')[0]],
  ['musl', async (host: string) => foundBy(await pod.run(await buildWithMusl('resolve.c'), host))],
  ['Go', async (host: string) => foundBy(await pod.run(await build('resolver'), host))],
] as const

/** `name address…` */
const foundBy = (line: string): string | undefined => line.trim().split(' ')[1]

test.each(RESOLVERS.flatMap(([title, find]) => HOSTS.map((host) => [title, host, find] as const)))(
  '%s finds %s, as the script asks for it, by the search list of a Pod',
  async (_title, host, find) => {
    expect(await find(host)).toBe(ADDRESS)
  },
)

test('names of the federations that the document’s Corefile had are found too', async () => {
  for (const [name, address] of [
    ['web.default.east', '10.96.1.10'],
    ['web-service.default.west.svc.cluster.local', ADDRESS],
  ])
    expect((await pod.run('getent', 'ahosts', name ?? '')).split(' ')[0], name).toBe(address)
})
