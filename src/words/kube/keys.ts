import type { Branded } from '../../values/branded/index.ts'

/**
 * The key of a service, `namespace/name`: what a Service, its export and its import share. Namespace sameness makes it
 * the only join.
 */
export type ServiceKey = Branded<'service key'>

/** The key of any one object, `namespace/name`; a service's is one of them. */
export type ObjectKey = Branded<'object key' | 'service key'>

/** The two parts of a key. */
interface Named {
  readonly namespace: string
  readonly name: string
}

/** The key of an object: `namespace/name`. */
export const keyOf = (object: Named): ObjectKey => `${object.namespace}/${object.name}`

/** The namespace that an object stands in; '': in none. */
export const namespaceOf = (key: ObjectKey): string => key.slice(0, Math.max(0, key.indexOf('/')))

/** Whether an object stands in one of some namespaces; what stands in none is left aside by none. */
export function standsIn(namespaces: ReadonlySet<string>, key: ObjectKey): boolean {
  const namespace = namespaceOf(key)
  return namespace === '' || namespaces.has(namespace)
}

/**
 * `shop/`: all services of a namespace, for objects that may bear on any of them. No service has it, and none is derived
 * for it.
 */
export const namespaceKey = (namespace: string): ServiceKey => `${namespace}/`

/** Whether a key stands for all services of a namespace. */
export const isNamespaceKey = (key: ServiceKey): boolean => key.endsWith('/')

/** The key of the service that is called as an object is. */
export const serviceCalled = (object: Named): ServiceKey => asService(keyOf(object))

/** The key of an object that is called as its service is, as the service's. */
export function asService(key: ObjectKey): ServiceKey {
  const text: string = key
  return text
}
