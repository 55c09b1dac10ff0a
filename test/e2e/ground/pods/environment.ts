/** A container's environment: the image's, the cluster's, and what the Pod says. */

import { fieldOf, type Placed, resourceOf } from './downward.ts'
import type { Image } from './image.ts'
import type { Mirror } from './mirror.ts'
import type { Container, Variable } from './objects.ts'

type Values = Record<string, string>

/** Throws where a ConfigMap or Secret that it needs is not there. */
export function environmentOf(placed: Placed, container: Container, image: Image, mirror: Mirror): Values {
  const { hostname = placed.pod.metadata.name } = placed.pod.spec
  const values: Values = { ...image.env, HOSTNAME: hostname, ...apiServerOf(mirror) }
  for (const one of container.envFrom) Object.assign(values, allOf(one, placed, mirror))
  for (const one of container.env) {
    const value = variableOf(one, placed, container, mirror)
    if (value !== undefined) values[one.name] = expand(value, values)
  }
  return values
}

/** `$(NAME)` in arguments and values; `$$(NAME)` stays as `$(NAME)`, and so does what nobody has set. */
export const expand = (text: string, values: Readonly<Values>): string =>
  text.replace(/\$\$|\$\(([\w.-]+)\)/g, (found, name: string | undefined) =>
    name === undefined ? '$' : (values[name] ?? found),
  )

/** Clients inside a cluster find its API server by these. */
function apiServerOf(mirror: Mirror): Values {
  const service = mirror.services.items.get('default/kubernetes')
  const [address = ''] = service?.spec.clusterIPs ?? []
  const port = String(service?.spec.ports[0]?.port ?? '')
  return {
    KUBERNETES_SERVICE_HOST: address,
    KUBERNETES_SERVICE_PORT: port,
    KUBERNETES_SERVICE_PORT_HTTPS: port,
  }
}

function allOf(from: Container['envFrom'][number], { pod }: Placed, mirror: Mirror): Values {
  const { prefix, configMapRef, secretRef } = from
  const reference = configMapRef ?? secretRef
  if (reference === undefined) return {}
  const key = `${pod.metadata.namespace}/${reference.name}`
  const data = configMapRef === undefined ? secretData(mirror, key) : mirror.configMaps.items.get(key)?.data
  if (data === undefined) return missing(reference.optional, key) ?? {}
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [`${prefix}${name}`, value]))
}

function variableOf(
  { value, valueFrom }: Variable,
  placed: Placed,
  container: Container,
  mirror: Mirror,
): string | undefined {
  if (valueFrom === undefined) return value
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom
  if (fieldRef !== undefined) return fieldOf(placed, fieldRef.fieldPath)
  if (resourceFieldRef !== undefined)
    return resourceOf(container, resourceFieldRef.resource, resourceFieldRef.divisor)
  const reference = configMapKeyRef ?? secretKeyRef
  if (reference === undefined) throw new Error('valueFrom: this runner does not know the source')
  const key = `${placed.pod.metadata.namespace}/${reference.name}`
  const data =
    configMapKeyRef === undefined ? secretData(mirror, key) : mirror.configMaps.items.get(key)?.data
  return data?.[reference.key] ?? missing(reference.optional, `${key}: ${reference.key}`)
}

function missing(optional: boolean, what: string): undefined {
  if (!optional) throw new Error(`${what} is not there`)
}

function secretData(mirror: Mirror, key: string): Values | undefined {
  const data = mirror.secrets.items.get(key)?.data
  if (data === undefined) return
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]),
  )
}
