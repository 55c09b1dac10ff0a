import { createHash } from 'node:crypto'
import { type Fields, isFields } from '../sources/apiserver/index.ts'
import type { WantedObject } from './desired/index.ts'
import type { HeldObject } from './held.ts'

/**
 * On an object of Meridian's own: what was last wanted of it, in short. A field that is not wanted any more is noticed
 * by it alone, since fields that others added are left as they are.
 */
export const APPLIED = 'meridian-dns.io/applied'

/** What is wanted, in short: equal wants have equal ones. */
export const digestOf = ({ body }: WantedObject): string =>
  createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 16)

/** The body as it is sent: of the object that is held and of no other, and with its digest unless it is a status. */
export function bodyToSend(wanted: WantedObject, digest: string, held: HeldObject | undefined): Fields {
  const metadata = isFields(wanted.body['metadata']) ? wanted.body['metadata'] : {}
  const annotations = isFields(metadata['annotations']) ? metadata['annotations'] : {}
  return {
    ...wanted.body,
    metadata: {
      ...metadata,
      ...(held === undefined ? {} : { uid: held.uid }),
      ...(isStatus(wanted) ? {} : { annotations: { ...annotations, [APPLIED]: digest } }),
    },
  }
}

export const isStatus = ({ kind }: Pick<WantedObject, 'kind'>): boolean => kind.endsWith('/status')

/** Whether a held object is as it is wanted. */
export function isAsWanted(held: HeldObject, wanted: WantedObject, digest: string): boolean {
  const { apiVersion: _version, kind: _kind, metadata, ...content } = wanted.body
  if (!holds(held.content, content)) return false
  if (isStatus(wanted)) return true
  const annotations = held.metadata['annotations']
  return holds(held.metadata, metadata) && isFields(annotations) && annotations[APPLIED] === digest
}

/**
 * Whether all of `wanted` is in `held`, which may say more: the API server fills in defaults, and others add labels.
 * Lists are as long as wanted, in any order, but for conditions, where others may have theirs.
 */
export function holds(held: unknown, wanted: unknown): boolean {
  // What is empty may be kept as if nothing had been said.
  if (Array.isArray(wanted)) return holdsList(held ?? [], wanted)
  if (!isFields(wanted)) return held === wanted
  if (!isFields(held)) return Object.keys(wanted).length === 0 && held === undefined
  return Object.entries(wanted).every(([name, value]) =>
    name === 'conditions' && Array.isArray(value) ? holdsEach(held[name], value) : holds(held[name], value),
  )
}

const holdsList = (held: unknown, wanted: readonly unknown[]): boolean =>
  Array.isArray(held) &&
  held.length === wanted.length &&
  (wanted.every((one, i) => holds(held[i], one)) || (wanted.every(isFields) && holdsEach(held, wanted)))

const holdsEach = (held: unknown, wanted: readonly unknown[]): boolean =>
  Array.isArray(held) && wanted.every((one) => held.some((other) => holds(other, one)))
