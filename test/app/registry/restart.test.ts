import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { startServer } from '../../support/server.ts'
import { until } from '../../support/sockets.ts'
import { fleetForAll, HERE, THERE } from './restarting.ts'

// What each leaves behind, the next starts from.
const theFleet = fleetForAll()

test('no credentials are kept beside the views', async () => {
  const fleet = theFleet()
  await fleet.server.meridian.stop()
  const files = await Promise.all(
    ['clusters.found', 'west.view'].map((file) => readFile(fleet.directory.at(`state/${file}`), 'utf8')),
  )
  expect(files.join('')).toContain('us-west-1')
  expect(files.join('')).not.toContain('hush-hush-1')
})

test('it answers from all clusters, those that were found in Secrets too, and says since when', async () => {
  const fleet = theFleet()
  await fleet.restartInTheDark()
  await fleet.server.ready()
  expect(await fleet.addressOf(HERE)).toBe('10.101.0.1')
  const { answers, edns } = await fleet.server.ask(THERE)
  expect(answers[0]).toContain('10.2.0.1')
  expect(edns?.ede).toEqual([{ code: 3, text: expect.stringMatching(/^west last heard from 20/) }])
  expect((await fleet.server.ask('missing.default.svc.clusterset.local')).rcode).toBe('NXDOMAIN')
  const { text } = await fleet.server.get('/readyz?verbose')
  expect(text).toMatch(/cluster west: stale, last heard 20/)
  expect(text).toContain('[-] registries: not read yet')
})

test('a damaged list is set aside, and nothing is said to be missing before the Secrets are read', async () => {
  const fleet = theFleet()
  await fleet.server.meridian.stop()
  for (const one of [fleet.east, fleet.west]) one.darken()
  await writeFile(fleet.directory.at('state/clusters.found'), 'hello\n')
  fleet.server = await startServer(fleet.directory)
  expect((await fleet.server.get('/readyz')).status).toBe(503)
  expect((await fleet.server.ask(THERE)).rcode).toBe('SERVFAIL')
  expect(await readFile(fleet.directory.at('state/clusters.found.set-aside'), 'utf8')).toBe('hello\n')
  await Promise.all([fleet.east.listen(), fleet.west.listen()])
  await fleet.server.ready()
  await until(async () => (await fleet.addressOf(THERE)) === '10.2.0.1', 'a cluster that is found again')
})
