import { expect, test, vi } from 'vitest'
import { printTries } from '../../../src/app/cli/tries.ts'
import { UDP } from '../../../src/server/transport/index.ts'
import { TWO_CLUSTERS } from '../../server/replies/responder.ts'
import { made } from '../../support/world.ts'

test('lines to try come when names are answered, however long a start takes', async () => {
  const { world } = made(TWO_CLUSTERS)
  const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  let looks = 0
  const starting = () => ({ ...world, settled: looks++ > 1000 })
  await printTries({ bound: [{ transport: UDP, host: '127.0.0.1', port: 1053 }], world: starting }, 0)
  const said = printed.mock.calls.flat().join('')
  printed.mockRestore()
  expect(said).toContain('  dig @127.0.0.1 -p 1053 web.default.svc.clusterset.local.\n')
})
