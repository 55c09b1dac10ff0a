import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { exported } from './support/manifests.ts'
import { metricsOf } from './support/metrics.ts'
import { type InProcess, startServer, written } from './support/server.ts'
import { until } from './support/sockets.ts'

// What processes that died left in `state.dir`, as a server finds it that starts beside it.

const servers: InProcess[] = []
afterEach(async () => {
  for (const { meridian, directory } of servers.splice(0)) {
    await meridian.stop()
    await directory.close()
  }
})

const files = (name: string, ip: string) => ({
  [`${name}.yaml`]: exported({ name, clusterIP: ip, pods: ['10.1.0.1'] }),
})

async function startAfter(quarantined: readonly { place: string; thing: string }[], inHand = '') {
  const directory = await written({
    clusters: { east: { ...files('web', '10.101.0.1'), ...files('cart', '10.101.0.2') } },
    config: { state: { dir: './state' } },
  })
  await directory.write('state/in-hand', inHand)
  const things = quarantined.map(({ place, thing }) => ({
    place,
    thing: thing.replace('$', `${directory.path}/`),
  }))
  await writeFile(directory.at('state/quarantine.json'), JSON.stringify({ version: '1.2.3', things }))
  const server = await startServer(directory)
  servers.push(server)
  await server.ready()
  return server
}

test('a service in quarantine is SERVFAIL with the reason, is told everywhere, and costs no other one anything', async () => {
  const { ask, get } = await startAfter([{ place: 'services', thing: 'default/cart' }])
  const cart = await ask('cart.default.svc.clusterset.local')
  expect(cart.rcode).toBe('SERVFAIL')
  expect((await ask('web.default.svc.clusterset.local')).answers).toEqual([
    'web.default.svc.clusterset.local. 5 IN A 10.101.0.1',
  ])
  const ready = await get('/readyz?verbose')
  expect(ready.status).toBe(200)
  expect(ready.text).toMatch(
    /\[-\] cluster east: service default\/cart: in quarantine: Meridian 1\.2\.3 died twice/,
  )
  expect(
    metricsOf((await get('/metrics')).text).samples.get('meridian_services_failed{cluster="east"}'),
  ).toBe(1)
  expect((await get('/explain?name=cart.default.svc.clusterset.local')).text).toContain('in quarantine')
})

test('a file in quarantine is not read, and says so', async () => {
  const { ask, get } = await startAfter([{ place: 'manifests of east', thing: '$east/cart.yaml' }])
  await until(async () => (await get('/readyz?verbose')).text.includes('in quarantine'), 'the problem')
  expect((await ask('cart.default.svc.clusterset.local')).rcode).toBe('NXDOMAIN')
  expect((await ask('web.default.svc.clusterset.local')).rcode).toBe('NOERROR')
  expect(
    metricsOf((await get('/metrics')).text).samples.get('meridian_cluster_problems{cluster="east"}'),
  ).toBe(1)
})

test('one death with all services in hand is no reason to set any of them aside', async () => {
  const { ask, directory } = await startAfter([], 'services\n')
  expect((await ask('cart.default.svc.clusterset.local')).rcode).toBe('NOERROR')
  expect(JSON.parse(await readFile(directory.at('state/quarantine.json'), 'utf8')).things).toEqual([])
})
