import { expect, test } from 'vitest'
import { clientRulesOf } from '../../../src/app/config/index.ts'
import { createAskers } from '../../../src/server/replies/asker.ts'
import { TCP, UDP } from '../../../src/server/transport/index.ts'
import type { Edns, Query } from '../../../src/server/wire/index.ts'
import { peer, question } from '../../support/values.ts'
import { made } from '../../support/world.ts'
import { TWO_CLUSTERS } from './responder.ts'

const query = (edns: Edns | null = null): Query => ({
  id: 1,
  recursionDesired: false,
  question: question('x', 1),
  questionEnd: 19,
  edns,
  ixfrSerial: null,
})

function askers(clients: object = {}) {
  const { config, world } = made({ ...TWO_CLUSTERS, config: { clients } })
  return createAskers(clientRulesOf(config, world.clusterset.local)).asking
}

test('the interface of a link-local client does not keep it from its place', () => {
  const find = askers({ map: [{ cidr: 'fe80::/64', cluster: 'west' }] })
  const { asker } = find(peer(UDP, 'fe80::1%eth0'), query())
  expect(asker.viewpoint.cluster).toBe('west')
})

test('rights are the client’s own, by address', () => {
  const find = askers()
  const rights = (host: string) => {
    const { asker, mayTransfer } = find(peer(TCP, host), query())
    return [asker.mayExplain, mayTransfer]
  }
  expect(['127.0.0.1', '127.9.9.9', '::1', '10.0.0.1', 'fd00::1', 'nonsense'].map(rights)).toEqual([
    [true, true],
    [true, true],
    [true, true],
    [false, false],
    [false, false],
    [false, false],
  ])
})
