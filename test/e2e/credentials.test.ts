/** Credentials that change while real API servers look at them: a pod's service account, and an exec plugin. */

import { chmodSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Credentials, credentialsFrom, watchApiServer } from '../../src/sources/apiserver/index.ts'
import { KINDS, memberScope } from '../../src/words/kube/index.ts'
import { type Run, run } from '../support/recorder.ts'
import { type Cluster, eventually, newDirectory } from './ground/index.ts'
import { configFor, Live, Prober, say, startEastAndWest } from './support/index.ts'

/** 5 s of backoff and a second, and as much again for a busy machine. */
const SOON_MS = 12_000
/** The API server forgives a token a minute: to it, one of these has expired too. */
const EXPIRED_S = -90

let clusters: readonly [east: Cluster, west: Cluster]

beforeAll(async () => {
  clusters = await startEastAndWest()
})

afterAll(async () => {
  await Promise.all((clusters ?? []).map((one) => one.close()))
})

describe('the service account of a pod', () => {
  const directory = newDirectory('serviceaccount')
  let projections = 0
  let credentials: Credentials
  let watched: Run

  /** As the kubelet writes them: files behind a link that is swapped. */
  const project = (token: string): void => {
    const name = `..${++projections}`
    mkdirSync(join(directory, name))
    writeFileSync(join(directory, name, 'token'), token)
    writeFileSync(join(directory, name, 'ca.crt'), readFileSync(join(clusters[1].directory, 'pki', 'ca.crt')))
    writeFileSync(join(directory, name, 'namespace'), 'meridian')
    symlinkSync(name, join(directory, '..data_tmp'))
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'))
  }

  beforeAll(async () => {
    const [, west] = clusters
    project(await west.token())
    for (const file of ['token', 'ca.crt', 'namespace'])
      symlinkSync(join('..data', file), join(directory, file))
    const { hostname, port } = new URL(west.url)
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port }
    credentials = credentialsFrom({ kind: 'inCluster' }, { env, serviceAccount: directory, freshMs: 500 })
    watched = run(watchApiServer({ credentials, kinds: KINDS.at(memberScope(false, [])) }))
  })

  afterAll(() => watched?.source.stop())

  const tokenInUse = async (): Promise<unknown> =>
    (await credentials.access(AbortSignal.timeout(5_000))).headers['authorization']

  test('is let in, and its token is another one as soon as the kubelet has swapped it', async () => {
    const [, west] = clusters
    await eventually('it is live', SOON_MS, () => expect(watched.told.kinds.at(-1)).toBe('live'))
    expect(watched.told.ids).toContain('Service default/web')
    const next = await west.token(1200)
    project(next)
    await eventually('the next token is in use', SOON_MS, async () =>
      expect(await tokenInUse()).toBe(`Bearer ${next}`),
    )
    const leftMs = (credentials.expiresAt() ?? 0) - Date.now()
    expect(leftMs).toBeGreaterThan(1_000_000)
    expect(leftMs).toBeLessThan(1_300_000)
  })

  test('whose token has expired keeps what it saw, says so, and goes on with the next one', async () => {
    const [, west] = clusters
    project(await west.mintToken(EXPIRED_S))
    await west.kill()
    await west.restart()
    await eventually('it is stale', SOON_MS, () => expect(watched.told.kinds.at(-1)).toBe('stale'))
    await eventually('it is said why', SOON_MS, () =>
      expect(watched.told.sentences.join('\n')).toContain('status 401'),
    )
    expect(watched.told.ids).toContain('Service default/web')
    project(await west.token())
    await eventually('it is live again', SOON_MS, () => expect(watched.told.kinds.at(-1)).toBe('live'))
    await eventually('nothing is left to mend', SOON_MS, () => expect(watched.told.sentences).toEqual([]))
  })
})

describe('an exec plugin', () => {
  const directory = newDirectory('plugin')
  const at = (file: string): string => join(directory, file)
  let meridian: Live
  let prober: Prober | undefined

  const calls = (): number => readFileSync(at('calls'), 'utf8').length
  const behave = (how: 'fails' | 'hangs' | 'works'): void => writeFileSync(at('how'), how)

  /** What the plugin gives out from now on. */
  const give = async (seconds: number): Promise<void> => {
    const status = {
      token: await clusters[1].mintToken(seconds),
      expirationTimestamp: new Date(Date.now() + seconds * 1000).toISOString(),
    }
    const apiVersion = 'client.authentication.k8s.io/v1'
    writeFileSync(at('credential.json'), JSON.stringify({ apiVersion, kind: 'ExecCredential', status }))
  }

  const PLUGIN = `#!/bin/sh
cd "$(dirname "$0")"
printf x >> calls
case "$(cat how)" in
  fails) echo 'no luck today' >&2; exit 3;;
  hangs) sleep 600;;
esac
cat credential.json
`

  beforeAll(() => {
    const [east, west] = clusters
    writeFileSync(at('plugin'), PLUGIN)
    chmodSync(at('plugin'), 0o700)
    writeFileSync(at('calls'), '')
    const ca = readFileSync(join(west.directory, 'pki', 'ca.crt')).toString('base64')
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: './plugin',
      interactiveMode: 'Never',
    }
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'west',
      contexts: [{ name: 'west', context: { cluster: 'west', user: 'plugin' } }],
      clusters: [{ name: 'west', cluster: { server: west.url, 'certificate-authority-data': ca } }],
      users: [{ name: 'plugin', user: { exec } }],
    }
    writeFileSync(at('kubeconfig'), JSON.stringify(kubeconfig))
    const sources = {
      'cluster-east': { kubeconfig: { path: east.readerKubeconfig } },
      'cluster-west': { kubeconfig: { path: at('kubeconfig') } },
    }
    meridian = new Live(configFor(sources, { startup: { timeout: '2s' }, routing: {} }))
  })

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.error(meridian.logTail())
  })

  afterAll(async () => {
    prober?.stop()
    await meridian?.end()
  })

  const said = async (text: string | RegExp, deadlineMs: number): Promise<void> =>
    eventually(`it is said: ${text}`, deadlineMs, async () =>
      expect((await meridian.get('/readyz?verbose')).text).toMatch(text),
    )

  test('that fails and hangs costs its own cluster alone', async () => {
    behave('fails')
    await meridian.start()
    await meridian.becomes('cluster-east', 'live', SOON_MS)
    await said(/cluster-west: .*exec: .*plugin failed \(exit status 3\): no luck today/, SOON_MS)
    await meridian.ready()
    prober = await Prober.start(meridian.port)
    prober.add({ name: 'web.default.svc.cluster-east.local', always: ['10.101.195.130'] })
    const report = prober.during()
    behave('hangs')
    const before = calls()
    await said(/cluster-west: .*did not end within 25 s/, 60_000)
    expect(calls() - before).toBeLessThanOrEqual(3)
    expect(await meridian.stateOf('cluster-east')).toBe('live')
    const { figures, faults } = await report()
    say(`broken plugin: ${figures}`)
    expect(faults).toEqual([])
  })

  test('that works again needs no restart, and is run once for all that is asked of its cluster', async () => {
    await give(3600)
    behave('works')
    // The last one that hangs is waited for.
    await meridian.becomes('cluster-west', 'live', 60_000)
    await meridian.end()
    const before = calls()
    await meridian.start()
    await meridian.becomes('cluster-west', 'live', SOON_MS)
    expect((await meridian.ask('web.default.svc.cluster-west.local')).answers).toHaveLength(2)
    expect(calls() - before).toBe(1)
  })

  test('whose token expires is run again, once', async () => {
    const [, west] = clusters
    await meridian.end()
    await give(10)
    await meridian.start()
    await meridian.becomes('cluster-west', 'live', SOON_MS)
    const before = calls()
    await eventually('the token has expired', 20_000, async () => {
      const { text } = await meridian.get('/metrics')
      const until = Number(/credential_expiry_timestamp_seconds\{.*cluster-west.*\} (\S+)/.exec(text)?.[1])
      expect(until).toBeLessThan(Date.now() / 1000)
    })
    await give(3600)
    await west.kill()
    await west.restart()
    // It may be live still, if Meridian has not noticed.
    await eventually('the plugin is run again', SOON_MS, async () => expect(calls()).toBeGreaterThan(before))
    await meridian.becomes('cluster-west', 'live', SOON_MS)
    expect(calls() - before).toBe(1)
  })
})
