/** Values of types that many tests build: a new field of such a type is written here, and nowhere else in the tests. */
import type { Question, ServerIdentity } from '../../src/answer/records/index.ts'
import type { Peer } from '../../src/server/replies/index.ts'
import type { openStore } from '../../src/sources/state/index.ts'
import { CLASS } from '../../src/values/dns/index.ts'
import { type EndpointSlice, packEndpoints } from '../../src/words/kube/index.ts'

export const identityOf = (id: string | null = null, version = ''): ServerIdentity => ({ version, id })

export const question = (name: string, type: number): Question => ({ name, type, class: CLASS.IN })

export const peer = (transport: Peer['transport'], host = '127.0.0.1'): Peer => ({ transport, host })

type StoreOptions = Parameters<typeof openStore>[0]

/** A store that warns nobody, of the version that servers of tests have. */
export const storeIn = (dir: string, more: Partial<StoreOptions> = {}): StoreOptions => ({
  dir,
  version: '1.2.3',
  warn: () => undefined,
  ...more,
})

/** An EndpointSlice of default/db that says nothing more than it must. */
export const sliceOfDb = (name: string, more: Partial<EndpointSlice> = {}): EndpointSlice => ({
  kind: 'EndpointSlice',
  namespace: 'default',
  name,
  createdAt: 0,
  service: 'db',
  importedService: null,
  sourceCluster: null,
  managedBy: null,
  addressType: 'IPv4',
  endpoints: packEndpoints([]),
  ports: null,
  triggeredAt: null,
  ...more,
})
