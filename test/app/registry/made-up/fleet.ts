import type { Registry } from '../../../../src/app/config/index.ts'
import { REGISTRIES } from '../../../../src/app/registry/registries.ts'
import type { RegisteredCluster, RegistryRow } from '../../../../src/app/registry/row.ts'
import { type KubeObject, rowOf, SECRET, type Secret } from '../../../../src/words/kube/index.ts'
import { dnsLabel } from '../../../../src/words/kube/meta.ts'
import { at, section, text } from '../../../../src/words/kube/narrow.ts'
import { nowhere } from '../finding.ts'

// A made-up registry: a Ship is a cluster, reached as the Secret of its name in namespace `harbour` says.

/** In no namespace. */
interface Ship extends KubeObject {
  readonly kind: 'Ship'
  readonly sea: string
}

const sea = section((fields, left) => at(fields, 'sea', text, left))

const SHIP = rowOf<Ship>({
  kind: 'Ship',
  served: { group: 'fleet.example.com', plural: 'ships', versions: ['v2', 'v1'], namespaced: false },
  where: 'registry',
  name: dnsLabel,
  parse: (meta, fields, left) => ({ kind: 'Ship', ...meta, sea: at(fields, 'spec', sea, left) }),
  keysOf: () => [],
})

/** An entry of `registries`. */
export interface FleetRegistry extends Registry {
  readonly fleet: { readonly namespace: string }
}

const isFleet = (registry: Registry): registry is FleetRegistry => 'fleet' in registry

const FLEET: RegistryRow = {
  open: (registry) => {
    if (!isFleet(registry)) return undefined
    const { namespace } = registry.fleet
    return {
      title: 'Ships',
      reads: [
        { row: SHIP, namespace: null, without: 'no ship is found' },
        { row: SECRET, namespace, selector: 'fleet.example.com/ship', without: 'no ship is boarded' },
      ],
      clustersOf: (objects) => {
        const secrets = new Map(objects.of(SECRET).map((secret) => [secret.name, secret]))
        return objects.of(SHIP).map((ship) => clusterOf(ship, secrets.get(ship.name)))
      },
      mayHold: (key) => key.startsWith('fleet '),
      ifNone: { problem: 'there is no Ship', remedy: 'build one' },
      warnings: [],
    }
  },
}

const clusterOf = ({ name, sea, createdAt }: Ship, secret: Secret | undefined): RegisteredCluster => {
  if (name === 'titanic') throw new Error('an iceberg')
  return {
    key: `fleet ${name}`,
    place: `Ship ${name}`,
    createdAt,
    fields: { id: name, locality: sea },
    access: secret === undefined ? null : { kind: 'text', kubeconfig: nowhere() },
    flaws: secret === undefined ? [{ problem: 'it has no Secret', remedy: `make Secret ${name}` }] : [],
  }
}

export const WITH_FLEETS: readonly RegistryRow[] = [...REGISTRIES, FLEET]
