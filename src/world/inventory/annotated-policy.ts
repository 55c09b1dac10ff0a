import { isDnsLabel } from '../../values/dns/index.ts'
import { remembered } from '../../values/table/index.ts'
import {
  bySpecificity,
  type ClusterId,
  type Distribute,
  type Failover,
  isLocalityPart,
  type MinHealthy,
  meansSame,
  parsePattern,
  type ServicePolicy,
} from '../../words/clusterset/index.ts'
import {
  briefly,
  type Fields,
  isFields,
  type PlainValue,
  POLICY_ANNOTATIONS,
  type PolicyWords,
  type WrittenPart,
} from '../../words/kube/index.ts'

/** Why a value is no policy. */
class PolicyFlaw extends Error {}

/** What annotations say of routing; `remarks`: what of them does not count, a sentence each. */
interface Annotated {
  readonly policy: ServicePolicy | undefined
  readonly remarks: readonly string[]
}

/** The same as long as the annotations are, whatever else of a service changes. */
export const annotatedPolicy = remembered((words: PolicyWords): Annotated => {
  const remarks: string[] = []
  const read = <T>(part: keyof PolicyWords, meaning: (value: PlainValue) => T): T | null => {
    const written = words[part]
    if (written === undefined) return null
    const found = meant(written, meaning)
    if (!(found instanceof PolicyFlaw)) return found
    remarks.push(`${POLICY_ANNOTATIONS[part]}: ${found.message}`)
    return null
  }
  const said = {
    weights: read('weights', weightsOf),
    distribute: read('distribute', distributesOf),
    failover: read('failover', failoversOf),
    minHealthy: read('minHealthy', minHealthyOf),
  }
  const isSaid = Object.values(said).some((part) => part !== null)
  return { policy: isSaid ? { prefer: null, ...said } : undefined, remarks }
})

function meant<T>(written: WrittenPart, meaning: (value: PlainValue) => T): T | PolicyFlaw {
  if ('problem' in written) return new PolicyFlaw(written.problem)
  if (written.value === null) return new PolicyFlaw('it says nothing')
  try {
    return meaning(written.value)
  } catch (error) {
    if (error instanceof PolicyFlaw) return error
    throw error
  }
}

const MOST_SHARE = 1_000_000
const SHARE = `a whole number from 0 to ${MOST_SHARE}`

function weightsOf(value: PlainValue): ReadonlyMap<ClusterId, number> {
  const weights = sharesOf(value, isClusterId, 'a cluster id')
  if (weights.size === 0) throw new PolicyFlaw('it names no cluster')
  return weights
}

const isClusterId = (text: string): boolean => {
  const labels = text.split('.')
  return labels.length <= 2 && labels.every(isDnsLabel)
}

function distributesOf(value: PlainValue): readonly Distribute[] {
  const entries = listOf(value).map((one, i) => distributeOf(one, `[${i}]`))
  for (const [i, { from }] of entries.entries()) {
    const before = entries.slice(0, i).find((other) => meansSame(other.from, from))
    if (before !== undefined) throw new PolicyFlaw(`[${i}].from: ${show(from)} has an entry already`)
  }
  return entries
}

function distributeOf(value: PlainValue, place: string): Distribute {
  const { from, to } = pairIn(value, place)
  const shares = sharesOf(to, isPattern, 'a locality pattern', `${place}.to`)
  const localities = [...shares.keys()].sort(bySpecificity)
  const twice = localities.find((one, i) => localities.slice(0, i).some((other) => meansSame(one, other)))
  if (twice !== undefined) throw new PolicyFlaw(`${place}.to: ${show(twice)} is there twice`)
  if ([...shares.values()].every((share) => share === 0))
    throw new PolicyFlaw(`${place}.to: the weights add up to 0`)
  return {
    from: textIn(from, `${place}.from`, isPattern, 'a locality pattern'),
    to: localities.map((locality) => ({ locality, weight: shares.get(locality) ?? 0 })),
  }
}

const isPattern = (text: string): boolean => parsePattern(text) !== undefined

const failoversOf = (value: PlainValue): readonly Failover[] =>
  listOf(value).map((one, i) => {
    const pair = pairIn(one, `[${i}]`)
    const from = textIn(pair.from, `[${i}].from`, isLocalityPart, 'a region')
    const to = textIn(pair.to, `[${i}].to`, isLocalityPart, 'a region')
    if (from === to) throw new PolicyFlaw(`[${i}]: ${show(from)} fails over to itself`)
    return { from, to }
  })

function minHealthyOf(value: PlainValue): MinHealthy {
  if (typeof value === 'number' && isWhole(value) && value >= 1 && value <= MOST_SHARE)
    return { count: value }
  if (typeof value === 'string' && /^(?:[1-9]\d?|100)%$/.test(value))
    return { share: Number(value.slice(0, -1)) / 100 }
  throw new PolicyFlaw(
    `${show(value)} is neither a number of endpoints, from 1 to ${MOST_SHARE}, nor a share from 1% to 100%`,
  )
}

const isWhole = (value: number): boolean => Number.isInteger(value)

function listOf(value: PlainValue): readonly PlainValue[] {
  if (Array.isArray(value)) return value
  throw new PolicyFlaw(`${show(value)} is not a list`)
}

/** The two keys that each entry has, and no other. */
function pairIn(value: PlainValue, place: string): { readonly from: unknown; readonly to: unknown } {
  const { from, to, ...more } = mappingOf(value, place)
  const [stranger] = Object.keys(more)
  if (stranger !== undefined) throw new PolicyFlaw(`${place}: unknown key ${show(stranger)}`)
  return { from, to }
}

function sharesOf(
  value: unknown,
  isName: (text: string) => boolean,
  what: string,
  place = '',
): ReadonlyMap<string, number> {
  const within = place === '' ? '' : `${place}.`
  return new Map(
    Object.entries(mappingOf(value, place)).map(([name, share]) => {
      if (!isName(name)) throw new PolicyFlaw(`${within}${show(name)} is not ${what}`)
      if (typeof share !== 'number' || !isWhole(share) || share < 0 || share > MOST_SHARE)
        throw new PolicyFlaw(`${within}${briefly(name)}: ${show(share)} is not ${SHARE}`)
      return [name, share]
    }),
  )
}

function mappingOf(value: unknown, place: string): Fields {
  if (isFields(value)) return value
  throw new PolicyFlaw(`${place === '' ? '' : `${place}: `}${show(value)} is not a mapping`)
}

function textIn(value: unknown, place: string, is: (text: string) => boolean, what: string): string {
  if (typeof value === 'string' && is(value)) return value
  throw new PolicyFlaw(`${place}: ${show(value)} is not ${what}`)
}

/** Characters of a value that a remark shows. */
const MOST_SHOWN = 64

function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string' ? `"${briefly(value, MOST_SHOWN)}"` : String(value)
}
