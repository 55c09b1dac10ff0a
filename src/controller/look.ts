import { fieldsOf, listOf, textOf } from '../sources/apiserver/index.ts'
import type { ClusterId } from '../words/clusterset/index.ts'
import type { ServiceKey } from '../words/kube/index.ts'
import { type HeldObject, isOurs } from './held.ts'
import { isNeeded, stepIdOf } from './pass.ts'
import type { ClusterWriter, ServiceLook } from './writer.ts'

/** What the controller does about one service in one cluster, in sentences. */
export interface Writing {
  readonly cluster: ClusterId
  readonly lines: readonly string[]
}

export function lookAt(writer: ClusterWriter, key: ServiceKey): Writing {
  const { leads, holder } = writer.status()
  const look = writer.look(key)
  const role = leads
    ? []
    : [holder === null ? 'nobody holds the Lease: nothing is written' : `${holder} writes here`]
  if (look === null) return { cluster: writer.id, lines: [...role, 'what stands there is not known yet'] }
  return { cluster: writer.id, lines: [...role, ...linesOf(look)] }
}

function linesOf({ desired, held, steps, failure }: ServiceLook): readonly string[] {
  const needed = steps.filter(isNeeded)
  const pending = new Set(needed.map((step) => stepIdOf(step)))
  const standing = held.filter((one) => isOurs(one) || one.kind === 'ServiceExport')
  return [
    ...standing.filter((one) => !pending.has(stepIdOf(one))).map(printHeld),
    ...needed.map(
      (step) =>
        `${step.verb === 'delete' ? 'to be removed' : 'to be written'}: ${stepIdOf(step)}${step.verb === 'status' ? ' (status)' : ''}`,
    ),
    ...desired.awaited.map(
      (cluster) => `what ${cluster} contributed stays: nothing is known of it since the start`,
    ),
    ...desired.remarks.map(({ reason, message }) => `${reason}: ${message}`),
    ...(failure === null ? [] : [`the last write failed: ${failure}`]),
  ]
}

/** `ServiceExport shop/cart: Valid=True Ready=True Conflict=False`. */
function printHeld(held: HeldObject): string {
  const conditions = listOf(fieldsOf(held.content['status'])['conditions']).flatMap((one) => {
    const { type, status, reason } = fieldsOf(one)
    return `${textOf(type)}=${textOf(status)}${status === 'True' || textOf(reason) === undefined ? '' : ` (${textOf(reason)})`}`
  })
  const ips = listOf(fieldsOf(held.content['spec'])[held.kind === 'Service' ? 'clusterIPs' : 'ips']).map(
    String,
  )
  const more = [...ips, ...conditions].join(' ')
  return `stands: ${stepIdOf(held)}${more === '' ? '' : `: ${more}`}`
}
