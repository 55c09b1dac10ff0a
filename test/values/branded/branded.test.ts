import { expect, test } from 'vitest'
import type { Address, Name } from '../../../src/values/dns/index.ts'
import type { Octets } from '../../../src/values/packed/index.ts'
import type { ClusterId } from '../../../src/words/clusterset/index.ts'
import { asService, type ObjectKey, type ServiceKey } from '../../../src/words/kube/index.ts'

const named = (name: Name): string => name
const addressed = (address: Address): string => address
const unpacked = (octets: Octets): string => octets
const ofCluster = (id: ClusterId): string => id
const ofService = (key: ServiceKey): string => key
const ofObject = (key: ObjectKey): string => key

const name: Name = 'web.shop.global'
const address: Address = '\x0a\x00\x00\x01'
const octets: Octets = '\x00'
const id: ClusterId = 'cluster-east'
const service: ServiceKey = 'shop/web'
const object: ObjectKey = 'shop/web-abcde'

/** Each is compiled as it is written: a mark that is not needed is an error of the compiler's. */
const refused = [
  // @ts-expect-error: an address is no name
  () => named(address),
  // @ts-expect-error: the id of a cluster is no name
  () => named(id),
  // @ts-expect-error: the key of a service is no name
  () => named(service),
  // @ts-expect-error: a name is no address
  () => addressed(name),
  // @ts-expect-error: an address is not what a codec wrote
  () => unpacked(address),
  // @ts-expect-error: what a codec wrote is no address
  () => addressed(octets),
  // @ts-expect-error: the key of a service is no cluster's id
  () => ofCluster(service),
  // @ts-expect-error: not every object's key is a service's
  () => ofService(object),
]

test('a text of one kind is not taken for a text of another', () => expect(refused).toHaveLength(8))

test('a plain text is taken, and a service is an object', () => {
  expect([named('web'), ofObject(service), ofService('shop/web')]).toEqual(['web', service, service])
})

test('there is nothing of it at run time', () => expect(asService(object)).toBe(object))
