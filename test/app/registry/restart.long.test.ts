import { expect, test } from 'vitest'
import { until } from '../../support/sockets.ts'
import { fleetForEach, put, secretOf, THERE } from './restarting.ts'

const theFleet = fleetForEach()

test('and once its own API server is back, everything becomes live', async () => {
  const fleet = theFleet()
  await fleet.restartInTheDark()
  await fleet.server.ready()
  put(fleet.west, 'there', '10.102.0.1', '10.2.0.2')
  await Promise.all([fleet.east.listen(), fleet.west.listen()])
  await until(async () => (await fleet.stateOf('west')) === 'live', 'a cluster that is found again')
  await until(async () => (await fleet.stateOf('east')) === 'live', 'the own cluster')
  // Threads that answer follow the world a moment later.
  await until(async () => (await fleet.addressOf(THERE)) === '10.2.0.2', 'the address that it has now')
  expect((await fleet.server.get('/readyz?verbose')).text).not.toContain('registries')
})

test('a cluster whose Secret was deleted meanwhile is answered until the registry is heard, and then leaves', async () => {
  const fleet = theFleet()
  await fleet.restartInTheDark()
  await fleet.server.ready()
  fleet.east.remove(secretOf(fleet.west))
  expect(await fleet.addressOf(THERE)).toBe('10.2.0.1')
  await Promise.all([fleet.east.listen(), fleet.west.listen()])
  await until(async () => (await fleet.server.ask(THERE)).rcode === 'NXDOMAIN', 'the end of a cluster')
  expect(await fleet.stateOf('west')).toBe('unknown')
  await fleet.restartInTheDark()
  await fleet.server.ready()
  expect((await fleet.server.ask(THERE)).rcode).toBe('NXDOMAIN')
})
