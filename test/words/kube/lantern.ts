// Two kinds of object that nothing in src/ knows, each with all that there is to say of it: its row.
import {
  KINDS,
  Kinds,
  type KubeObject,
  type Meta,
  rowOf,
  type ServiceKey,
} from '../../../src/words/kube/index.ts'
import { subdomain } from '../../../src/words/kube/meta.ts'
import {
  at,
  type Fields,
  itemsOf,
  type Left,
  NarrowingError,
  section,
  text,
} from '../../../src/words/kube/narrow.ts'

/** What lights the way to services, which it names: `web.shop`. */
export interface Lantern extends KubeObject {
  readonly kind: 'Lantern'
  readonly services: readonly ServiceKey[]
  readonly oil: string
}

const serviceKey = (value: unknown): ServiceKey => {
  const [, name, namespace] = /^([a-z-]+)\.([a-z-]+)$/.exec(String(value)) ?? []
  if (name === undefined) throw new NarrowingError(value, 'a service such as web.shop')
  return `${namespace}/${name}`
}
const services = itemsOf(serviceKey)
const spec = section((fields, left) => ({
  services: at(fields, 'services', services, left),
  oil: at(fields, 'oil', text, left),
}))

/** Oils are few: equal ones are one text. */
const OILS = new Map<string, string>()
export const shareOil = (oil: string): string => {
  const known = OILS.get(oil) ?? oil
  OILS.set(oil, known)
  return known
}

export const LANTERN = rowOf<Lantern>({
  kind: 'Lantern',
  served: { group: 'lights.example.com', plural: 'lanterns', versions: ['v2', 'v1'] },
  name: subdomain,
  parse: (meta: Meta, fields: Fields, left: Left) => ({
    kind: 'Lantern',
    ...meta,
    ...at(fields, 'spec', spec, left),
  }),
  keysOf: ({ services }) => services,
  shared: (lantern) => ({ ...lantern, oil: shareOil(lantern.oil) }),
})

/** Of a whole cluster; read where somebody asks for it, of the cluster whose word counts for all. */
export interface Beacon extends KubeObject {
  readonly kind: 'Beacon.lights.example.com'
}

export const BEACON = rowOf<Beacon>({
  kind: 'Beacon.lights.example.com',
  served: {
    kind: 'Beacon',
    group: 'lights.example.com',
    plural: 'beacons',
    versions: ['v1'],
    namespaced: false,
  },
  where: 'policy',
  askedBy: 'beacons',
  name: subdomain,
  parse: (meta: Meta) => ({ kind: 'Beacon.lights.example.com', ...meta }),
  keysOf: () => [],
})

export const WITH_LANTERNS = new Kinds([...KINDS, LANTERN, BEACON])
