import { expect, test } from 'vitest'
import { clientRulesOf } from '../../../src/app/config/index.ts'
import { createAskers } from '../../../src/server/replies/asker.ts'
import { rememberUpTo } from '../../../src/server/speed/remember.ts'
import { ROOM_OF_A_SERVER } from '../../../src/server/speed/room.ts'
import { TCP, UDP } from '../../../src/server/transport/index.ts'
import type { Query } from '../../../src/server/wire/index.ts'
import { peer, question } from '../../support/values.ts'
import { made } from '../../support/world.ts'
import { TWO_CLUSTERS } from '../replies/responder.ts'

const query = (): Query => ({
  id: 1,
  recursionDesired: false,
  question: question('x', 1),
  questionEnd: 19,
  edns: null,
  ixfrSerial: null,
})

function askers(clients: object = {}) {
  const { config, world } = made({ ...TWO_CLUSTERS, config: { clients } })
  return createAskers(clientRulesOf(config, world.clusterset.local), rememberUpTo(ROOM_OF_A_SERVER.clients))
    .asking
}

test('what was found out about a client is kept, but of ten thousand clients at most', () => {
  const find = askers()
  const first = find(peer(UDP, '10.0.0.1'), query())
  expect(find(peer(TCP, '10.0.0.1'), query())).toBe(first)
  for (let i = 0; i < 10_000; i++) find(peer(UDP, `10.9.${i >> 8}.${i & 255}`), query())
  const again = find(peer(UDP, '10.0.0.1'), query())
  expect(again).not.toBe(first)
  expect(again).toEqual(first)
})
