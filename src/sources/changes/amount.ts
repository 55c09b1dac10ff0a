/** What is kept: octets are an estimate of what objects take in memory, never less than half of it. */
export interface Amount {
  readonly octets: number
  readonly objects: number
}

export const NO_AMOUNT: Amount = { octets: 0, objects: 0 }

export const plus = (a: Amount, b: Amount): Amount => ({
  octets: a.octets + b.octets,
  objects: a.objects + b.objects,
})

export const minus = (a: Amount, b: Amount): Amount => ({
  octets: a.octets - b.octets,
  objects: a.objects - b.objects,
})

/** What there is too much of, as the end of a sentence; undefined: nothing. */
export function excessOf({ octets, objects }: Amount, most: Amount): string | undefined {
  const what =
    objects > most.objects
      ? `more than ${most.objects} objects`
      : octets > most.octets
        ? `more than ${(most.octets / 2 ** 20).toFixed(1)} MiB of objects`
        : undefined
  return what && `${what}, which is all that is kept of one cluster: ${REMEDY}`
}

const REMEDY =
  'what it had before stays in force; set budgets in meridian.yaml, give the process a larger heap (--max-old-space-size), or read fewer namespaces (clusters[].namespaces)'

/** What an object, a list, a field costs beside the text in it. */
const EACH = 24

/** A text with one character beyond Latin-1 takes two octets for each. */
const WIDE = /[^\0-\xff]/

const octetsOfText = (text: string): number => EACH + (WIDE.test(text) ? 2 : 1) * text.length

/** No object of ours has more fields, or one with a longer name: what does is a map, whose keys are its own. */
const MOST_FIELDS = 64
const LONGEST_FIELD = 24

function octetsOfKeys(one: object): number {
  if (Array.isArray(one)) return 0
  const keys = Object.keys(one)
  const isMap = keys.length > MOST_FIELDS
  let octets = 0
  for (const key of keys) if (isMap || key.length > LONGEST_FIELD) octets += octetsOfText(key)
  return octets
}

/** An estimate of the octets that a value takes: linear in it, whatever its depth. */
export function octetsOf(value: unknown): number {
  const open: unknown[] = [value]
  let octets = 0
  while (open.length > 0) {
    const one = open.pop()
    if (typeof one === 'string') octets += octetsOfText(one)
    else if (typeof one !== 'object' || one === null) octets += 8
    else {
      octets += 2 * EACH + octetsOfKeys(one)
      for (const inner of Object.values(one)) open.push(inner)
    }
  }
  return octets
}
