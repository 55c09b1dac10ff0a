import { isWide } from '../../values/packed/index.ts'
import {
  isUnreadable,
  type Reported,
  SERVICE,
  SERVICE_ENTRY,
  WORKLOAD_ENTRY,
} from '../../words/kube/index.ts'

/** What is kept: bytes are an estimate of what objects take in memory, never less than half of it. */
export interface Amount {
  readonly bytes: number
  readonly objects: number
}

export const NO_AMOUNT: Amount = { bytes: 0, objects: 0 }

export const plus = (a: Amount, b: Amount): Amount => ({
  bytes: a.bytes + b.bytes,
  objects: a.objects + b.objects,
})

export const minus = (a: Amount, b: Amount): Amount => ({
  bytes: a.bytes - b.bytes,
  objects: a.objects - b.objects,
})

/** What there is too much of, as the end of a sentence; undefined: nothing. */
export function excessOf({ bytes, objects }: Amount, most: Amount): string | undefined {
  const what =
    objects > most.objects
      ? `more than ${most.objects} objects`
      : bytes > most.bytes
        ? `more than ${(most.bytes / 2 ** 20).toFixed(1)} MiB of objects`
        : undefined
  return what && `${what}, which is all that is kept of one cluster: ${REMEDY}`
}

const REMEDY =
  'what it had before stays in force; set budgets in meridian.yaml, give the process a larger heap (--max-old-space-size), or read fewer namespaces (clusters[].namespaces)'

/** What an object, a list, a field costs beside the text in it. */
const EACH = 24

const bytesOfText = (text: string): number => EACH + (isWide(text) ? 2 : 1) * text.length

/** No object of ours has more fields, or one with a longer name: what does is a map, whose keys are its own. */
const MOST_FIELDS = 64
const LONGEST_FIELD = 24

function bytesOfKeys(one: object): number {
  if (Array.isArray(one)) return 0
  const keys = Object.keys(one)
  const isMap = keys.length > MOST_FIELDS
  let bytes = 0
  for (const key of keys) if (isMap || key.length > LONGEST_FIELD) bytes += bytesOfText(key)
  return bytes
}

/** What a load balancer's host name takes beside its text: who wants it, how it stands, and the reason on each thread that answers. */
const EACH_HOST_NAME = 1024

/** An estimate of the bytes that an object takes, with what is kept because of it. */
export const bytesOfObject = (reported: Reported): number =>
  bytesOf(reported) + EACH_HOST_NAME * hostNamesIn(reported)

function hostNamesIn(reported: Reported): number {
  if (isUnreadable(reported)) return 0
  const ends = SERVICE.is(reported)
    ? reported.ingress
    : SERVICE_ENTRY.is(reported)
      ? reported.endpoints.flatMap((one) => (one === null ? [] : [one.at]))
      : WORKLOAD_ENTRY.is(reported)
        ? [reported.at]
        : []
  return ends.filter((one) => 'hostname' in one).length
}

/** An estimate of the bytes that a value takes: linear in it, whatever its depth. */
export function bytesOf(value: unknown): number {
  const open: unknown[] = [value]
  let bytes = 0
  while (open.length > 0) {
    const one = open.pop()
    if (typeof one === 'string') bytes += bytesOfText(one)
    else if (typeof one !== 'object' || one === null) bytes += 8
    else {
      bytes += 2 * EACH + bytesOfKeys(one)
      for (const inner of Object.values(one)) open.push(inner)
    }
  }
  return bytes
}
