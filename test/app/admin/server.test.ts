import { once } from 'node:events'
import { connect, Server as NetServer } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type AdminServer, startAdmin, type WatchedServer } from '../../../src/app/admin/index.ts'
import { parsePrefix } from '../../../src/values/dns/index.ts'
import { createLog, createTelemetry } from '../../../src/words/observe/index.ts'
import { withFreshness } from '../../../src/world/zone/index.ts'
import { exported } from '../../support/manifests.ts'
import { metricsOf } from '../../support/metrics.ts'
import { page } from '../../support/pages.ts'
import { PATIENCE_MS } from '../../support/sockets.ts'
import { identityOf } from '../../support/values.ts'
import { made, NOW } from '../../support/world.ts'
import { QUIET } from './quiet.ts'

const CLUSTERS = {
  east: { 'web.json': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) },
  west: {
    'web.json': exported({ name: 'web', clusterIP: '10.102.0.1', pods: ['10.2.0.1', '127.0.0.5'] }),
    'db.json': exported({ name: 'db', clusterIP: 'None', pods: ['10.2.0.7'], port: 5432 }),
  },
}

const running: AdminServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()))
})

interface State extends WatchedServer {
  world: WatchedServer['world']
  draining: boolean
}

async function start(over: Partial<Parameters<typeof startAdmin>[0]> = {}, unheard: readonly string[] = []) {
  const { world, views, config } = made({ clusters: CLUSTERS }, unheard)
  const contacts = () =>
    [...world.clusterset.members.values()].map(({ id, freshness }) => ({
      id,
      heard: freshness.kind === 'never' ? null : freshness.heard,
      roundTrip: id === 'west' ? 12.5 : null,
      expiresAt: id === 'west' ? 1_800_000_000_000 : null,
      renewed: id === 'west',
    }))
  const state: State = {
    world,
    views,
    problems: new Map(),
    contacts,
    ...QUIET,
  }
  const telemetry = createTelemetry(createLog('silent'))
  const server = await startAdmin({
    listen: { host: '127.0.0.1', port: 0 },
    watched: state,
    inspected: () => ({ snapshot: world, map: [], identity: identityOf('test', '1') }),
    telemetry,
    refresh: async () => {},
    mayInspect: () => config.dns.explain.allow,
    random: () => 0,
    log: createLog('silent'),
    metricsMs: 0,
    ...over,
  })
  running.push(server)
  const get = (path: string, how?: Parameters<typeof page>[2]) => page(server.address, path, how)
  return { server, state, telemetry, get }
}

describe('health', () => {
  test('/healthz is ok as long as there is somebody to say so', async () => {
    const { get } = await start({}, ['west'])
    expect(await get('/healthz')).toMatchObject({ status: 200, text: 'ok\n' })
  })

  test('/readyz is 503 with one line before the first views, 200 after, and 503 when draining', async () => {
    const waiting = await start({}, ['west'])
    expect(await waiting.get('/readyz')).toMatchObject({
      status: 503,
      text: '[-] waiting for the first view of every cluster\n',
    })
    const { get, state } = await start()
    expect(await get('/readyz')).toMatchObject({ status: 200, text: 'ok\n' })
    state.draining = true
    expect(await get('/readyz')).toMatchObject({ status: 503, text: '[-] draining\n' })
    expect((await get('/readyz?verbose')).text.split('\n')).toHaveLength(4)
  })

  test('/readyz?verbose tells each cluster’s state, with either status', async () => {
    const { get } = await start()
    const { status, text } = await get('/readyz?verbose')
    expect(status).toBe(200)
    expect(text).toMatch(/^\[\+] ready\n\[\+] cluster east: live, .*\n\[\+] cluster west: live, .*\n$/)
    const waiting = await (await start({}, ['west'])).get('/readyz?verbose')
    expect([waiting.status, waiting.text.includes('[-] cluster west: never')]).toEqual([503, true])
  })
})

describe('/metrics', () => {
  /** docs/reference and dashboards rely on these; the ones for live clusters come with those. */
  const NAMES: Readonly<Record<string, string>> = {
    meridian_dns_requests_total: 'counter',
    meridian_dns_request_duration_seconds: 'histogram',
    meridian_dns_answers_by_cluster_total: 'counter',
    meridian_dns_no_route_total: 'counter',
    meridian_dns_dropped_total: 'counter',
    meridian_dns_programming_duration_seconds: 'histogram',
    meridian_cluster_state: 'gauge',
    meridian_cluster_last_contact_timestamp_seconds: 'gauge',
    meridian_cluster_objects: 'gauge',
    meridian_endpoints_ignored_total: 'gauge',
    meridian_imports: 'gauge',
    meridian_import_conflicts: 'gauge',
    meridian_zone_serial: 'gauge',
    meridian_zone_records: 'gauge',
    process_resident_memory_bytes: 'gauge',
    nodejs_eventloop_lag_seconds: 'gauge',
  }

  test('has every promised name, of its kind, in the text format', async () => {
    const { status, type, text } = await (await start()).get('/metrics')
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
    expect(Object.fromEntries(metricsOf(text).kinds)).toMatchObject(NAMES)
  })

  test('tells what the clusters hold and what became of it', async () => {
    const { samples } = metricsOf((await (await start()).get('/metrics')).text)
    const values = (name: string) =>
      Object.fromEntries(
        [...samples]
          .filter(([key]) => key.split('{')[0] === `meridian_${name}`)
          .map(([key, value]) => [key.split('{')[1]?.slice(0, -1) ?? '', value]),
      )
    expect(values('cluster_state')).toMatchObject({
      'cluster="east",state="live"': 1,
      'cluster="east",state="never"': 0,
      'cluster="west",state="unreachable"': 0,
    })
    expect(values('cluster_objects')).toEqual({
      'cluster="east",kind="Service"': 1,
      'cluster="east",kind="ServiceExport"': 1,
      'cluster="east",kind="ServiceImport"': 0,
      'cluster="east",kind="EndpointSlice"': 1,
      'cluster="west",kind="Service"': 2,
      'cluster="west",kind="ServiceExport"': 2,
      'cluster="west",kind="ServiceImport"': 0,
      'cluster="west",kind="EndpointSlice"': 2,
    })
    expect(values('imports')).toEqual({ 'type="ClusterSetIP"': 1, 'type="Headless"': 1 })
    expect(values('endpoints_ignored_total')).toEqual({ 'cluster="west",reason="loopback address"': 1 })
    expect(values('cluster_last_contact_timestamp_seconds')['cluster="east"']).toBe(1_795_356_300)
    expect(Object.keys(values('zone_serial')).toSorted()).toEqual([
      'zone="clusterset.local"',
      'zone="east.local"',
      'zone="global"',
      'zone="west.local"',
    ])
    expect(values('zone_records')).toMatchObject({ 'zone="clusterset.local"': 5, 'zone="east.local"': 2 })
  })

  test.each([
    ['/healthz?x', 'x is unknown here: it takes none'],
    ['/metrics?name=a', 'name is unknown here: it takes none'],
    ['/readyz?verbsoe', 'verbsoe is unknown here: there are verbose'],
    ['/ask?nmae=web.default.global', 'nmae is unknown here: there are name, type, class, from'],
    ['/explain?name=web.default.global&type=A', 'type is unknown here: there are name, from'],
    ['/render?zome=global', 'zome is unknown here: there are zone, from'],
    ['/render?z%1b%5b31m%0a%e2%80%ae=1', 'z?[31m?? is unknown here: there are zone, from'],
  ])('%s is refused: its parameter is not known', async (path, said) => {
    const { status, text } = await (await start()).get(path)
    expect([status, text]).toEqual([400, `the parameter ${said}\n`])
  })

  test('a cluster that was never heard has no time of last contact', async () => {
    const { text } = await (await start({}, ['west'])).get('/metrics')
    const keys = [...metricsOf(text).samples.keys()].filter((key) => key.includes('last_contact'))
    expect(keys).toEqual(['meridian_cluster_last_contact_timestamp_seconds{cluster="east"}'])
  })

  test('have the round trip and the end of the credentials of the clusters that have one', async () => {
    const { samples } = metricsOf((await (await start()).get('/metrics')).text)
    expect(samples.get('meridian_cluster_rtt_seconds{cluster="west"}')).toBe(0.0125)
    expect(samples.get('meridian_cluster_credential_expiry_timestamp_seconds{cluster="west"}')).toBe(
      1_800_000_000,
    )
    expect(samples.has('meridian_cluster_rtt_seconds{cluster="east"}')).toBe(false)
  })

  test('say whose credentials are renewed, whose data path is slow, and whether the server is ready', async () => {
    const { state, get } = await start()
    const before = metricsOf((await get('/metrics')).text).samples
    expect(before.get('meridian_cluster_credential_renewed{cluster="west"}')).toBe(1)
    expect(before.get('meridian_cluster_credential_renewed{cluster="east"}')).toBe(0)
    expect(before.get('meridian_cluster_slow{cluster="west"}')).toBe(0)
    expect(before.get('meridian_ready')).toBe(1)
    state.world = withFreshness(state.world, 'west', { kind: 'live', heard: NOW }, NOW, true)
    state.draining = true
    const after = metricsOf((await get('/metrics')).text).samples
    expect(after.get('meridian_cluster_slow{cluster="west"}')).toBe(1)
    expect(after.get('meridian_ready')).toBe(0)
  })

  test('count the services nobody answers and the exports that do not count', async () => {
    const nobody = exported({ name: 'api', clusterIP: '10.102.0.2', pods: [] })
    const headless = exported({ name: 'db', clusterIP: 'None', pods: [], port: 5432 })
    const orphan = JSON.stringify({
      kind: 'ServiceExport',
      apiVersion: 'multicluster.x-k8s.io/v1alpha1',
      metadata: { name: 'lost', namespace: 'default' },
    })
    const { world } = made({
      clusters: {
        ...CLUSTERS,
        west: { 'api.json': nobody, 'db.json': headless, 'lost.json': orphan },
      },
    })
    const { state, get } = await start()
    state.world = world
    const { samples } = metricsOf((await get('/metrics')).text)
    expect(samples.get('meridian_imports_unanswered{type="ClusterSetIP"}')).toBe(1)
    expect(samples.get('meridian_imports_unanswered{type="Headless"}')).toBe(1)
    expect(samples.get('meridian_exports_invalid{cluster="west",reason="noService"}')).toBe(1)
  })

  test('is for everyone: a scraper comes from another address', async () => {
    const { get } = await start({ mayInspect: () => [] })
    expect((await get('/metrics')).status).toBe(200)
  })
})

describe('insight', () => {
  test('is for the clients in dns.explain.allow; others get 403 and the way round', async () => {
    const { get } = await start({ mayInspect: () => [parsePrefix('127.0.0.9') ?? { base: '', length: 0 }] })
    for (const path of [
      '/ask?name=web.default.global',
      '/explain?name=default/web',
      '/render',
      '/render?zone=nope',
    ]) {
      expect(await get(path)).toMatchObject({
        status: 403,
        text: expect.stringContaining('dns.explain.allow'),
      })
    }
    expect((await get('/explain?name=default/web', { from: '127.0.0.9' })).status).toBe(200)
  })

  test('is for loopback clients of a listener on all addresses too', async () => {
    const { server } = await start({ listen: { host: '::', port: 0 } })
    const admin = `127.0.0.1:${new URL(`http://${server.address}`).port}`
    expect((await page(admin, '/ask?name=web.default.global')).status).toBe(200)
  })

  test('/ask, /explain and /render say it in JSON and in lines', async () => {
    const { get } = await start()
    const asked = await get('/ask?name=WEB.default.svc.clusterset.local.&from=west')
    expect([asked.type, JSON.parse(asked.text)]).toMatchObject([
      'application/json',
      {
        rcode: 'NOERROR',
        viewpoint: 'west',
        answers: ['web.default.svc.clusterset.local. 5 IN A 10.102.0.1'],
      },
    ])
    expect(JSON.parse((await get('/ask?name=id.server&class=ch&type=txt')).text).answers).toEqual([
      'id.server. 0 CH TXT "test"',
    ])
    expect(JSON.parse((await get('/explain?name=default/web')).text)).toMatchObject({
      service: 'default/web',
    })
    const rendered = await get('/render?zone=Global.')
    expect(rendered.text.split('\n')[0]).toBe('; zone global. seen from east')
    expect(rendered.text).toContain('\nweb.default.global. 5 IN SRV ')
    expect((await get('/render')).text.match(/^; zone /gm)).toHaveLength(4)
  })

  test.each([
    ['/ask', 'name'],
    ['/explain', 'name'],
    ['/ask?name=', 'is no DNS name'],
    ['/ask?name=web..global', 'web..global is no DNS name'],
    ['/ask?name=a%5C999.global', 'a\\999.global is no DNS name'],
    ['/ask?name=a.global&type=BOGUS', 'type BOGUS is unknown'],
    ['/ask?name=a.global&class=HS', 'class HS'],
    ['/ask?name=a.global&from=nowhere', '--from nowhere'],
    ['/ask?name=a.global&from=10.0.0.300', '--from 10.0.0.300'],
    ['/explain?name=example.com', 'not the name of a service'],
    ['/explain?name=default/nobody', 'no cluster holds'],
    ['/explain?name=default/web&from=nowhere', '--from nowhere'],
    ['/render?zone=nope', 'nope is not a zone: there are clusterset.local, global'],
    ['/render?from=nowhere', '--from nowhere'],
  ])('%s is 400 and one line that says what is wrong', async (path, sentence) => {
    const { status, text } = await (await start()).get(path)
    expect([status, text.trimEnd().split('\n').length]).toEqual([400, 1])
    expect(text).toContain(sentence)
  })
})

describe('what is no page', () => {
  test.each(['/', '/metrics/', '/nope?name=x', '//', '*', 'http://['])(
    '%s is 404 with the pages there are',
    async (path) => {
      const { status, text } = await (await start()).get(path)
      expect([status, text.includes('/readyz?verbose')]).toEqual([404, true])
    },
  )

  test('/render goes on without a service that brings out a bug of ours, and names it', async () => {
    const { world } = made({ clusters: CLUSTERS })
    const [, entry] = [...world.entries].find(([key]) => key === 'default/web') ?? []
    const bad = Object.defineProperty({ ...entry }, 'exports', {
      get: () => {
        throw new Error('of\none service')
      },
    })
    const snapshot: typeof world = { ...world, entries: world.entries.set('default/bad', Object.assign(bad)) }
    const { get } = await start({
      inspected: () => ({ snapshot, map: [], identity: identityOf('test', '1') }),
    })
    const { status, text } = await get('/render?zone=global')
    expect(status).toBe(200)
    expect(text).toContain('\nweb.default.global. ')
    expect(text).toContain(
      '\n; service default/bad is left out: a bug of Meridian, please report it: Error: of one service\n',
    )
  })

  test('only GET and HEAD are answered', async () => {
    const { get } = await start()
    expect((await get('/healthz', { method: 'POST' })).status).toBe(405)
    expect(await get('/healthz', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
    expect(await get('/render', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
  })

  test('what is no HTTP is closed, and others are served', async () => {
    const { server, get } = await start()
    const { hostname, port } = new URL(`http://${server.address}`)
    const socket = connect(Number(port), hostname)
    socket.resume().end('\x16\x03\x01 nonsense\r\n\r\n')
    await once(socket, 'close', { signal: AbortSignal.timeout(PATIENCE_MS) })
    expect((await get('/healthz')).status).toBe(200)
  })

  test('a page that fails is 500 and a line in the log, and others are served', async () => {
    const { get } = await start({
      inspected: () => {
        throw new Error('out of order')
      },
    })
    expect((await get('/ask?name=a')).status).toBe(500)
    expect((await get('/healthz')).status).toBe(200)
  })
})

test('an address that is taken is one line with the remedy', async () => {
  const { server } = await start()
  const port = Number(new URL(`http://${server.address}`).port)
  await expect(start({ listen: { host: '127.0.0.1', port } })).rejects.toThrow(
    `admin.listen 127.0.0.1:${port}: the port is taken; stop whoever has it, or choose another with --admin-listen`,
  )
  await expect(start({ listen: { host: '192.0.2.1', port: 0 } })).rejects.toThrow(
    /^admin\.listen 192\.0\.2\.1:0: /,
  )
})

test('on a host without IPv6, [::] is every address of IPv4', async () => {
  const listen = NetServer.prototype.listen
  const refused = vi
    .spyOn(NetServer.prototype, 'listen')
    .mockImplementationOnce(function (this: NetServer) {
      process.nextTick(() =>
        this.emit('error', Object.assign(new Error('no IPv6'), { code: 'EAFNOSUPPORT' })),
      )
      return this
    })
    .mockImplementation(listen)
  const { server } = await start({ listen: { host: '::', port: 0 } }).finally(() => refused.mockRestore())
  expect(server.address).toMatch(/^0\.0\.0\.0:\d+$/)
})

test('an IPv6 address is told in brackets', async () => {
  const { server } = await start({ listen: { host: '::1', port: 0 } })
  expect(server.address).toMatch(/^\[::1]:\d+$/)
})
