import { decidedForAll, NO_POLICIES, type SaidPolicies } from '../../words/clusterset/index.ts'
import { few, namespaceOf, type ServiceKey } from '../../words/kube/index.ts'
import { MOST_LISTED, OUTCOMES } from '../istio/index.ts'
import type { Export } from './export-types.ts'
import { ISTIO_OBJECTS } from './istio-policy.ts'
import { POLICY_PROVIDERS } from './policy-providers.ts'
import { REGISTRY_OBJECTS } from './registry-exports.ts'
import type { ObjectReader, ObjectsRead, Seen } from './rule-types.ts'

/** All that anybody says of a service's routing, in order of precedence. */
export function policiesOf(key: ServiceKey, seen: Seen, exports: readonly Export[]): SaidPolicies {
  const said = POLICY_PROVIDERS.flatMap((provider) => provider(key, seen, exports))
  return said.length === 0 ? NO_POLICIES : said
}

/** Who tells of the objects that are read for services. */
const OBJECT_READERS: readonly ObjectReader[] = [ISTIO_OBJECTS, REGISTRY_OBJECTS]

/** What was read for a service, and what became of it beside all that is `said`; undefined: nothing was. */
export function objectsRead(
  key: ServiceKey,
  seen: Seen,
  exports: readonly Export[],
  said: SaidPolicies,
): ObjectsRead | undefined {
  const read = OBJECT_READERS.flatMap((reader) => reader(key, seen, exports)).filter(
    ({ counts }) => counts.length > 0,
  )
  if (read.length === 0) return undefined
  const clusters = [...seen.rules.keys()]
  const all = read.map(({ first, counts }) => {
    const next = asDecided(first, (isOf) => decidedForAll(said, isOf, clusters))
    return { first: next, counts: next === first ? counts : moved(counts, first, next) }
  })
  return {
    first: inOrder(
      ownFirst(
        key,
        all.flatMap(({ first }) => first),
      ),
    ).slice(0, MOST_LISTED),
    counts: all.flatMap(({ counts }) => counts),
  }
}

type First = ObjectsRead['first']

const inOrder = (first: First): First =>
  OUTCOMES.flatMap((outcome) => first.filter((one) => one.outcome === outcome))

/** What others write elsewhere pushes nothing of the service's own namespace out of what is told. */
function ownFirst(key: ServiceKey, first: First): First {
  const isOwn = ({ name }: First[number]): boolean => namespaceOf(name) === namespaceOf(key)
  return [...first.filter(isOwn), ...first.filter((one) => !isOwn(one))]
}

/** Objects that others decide over in all that they say are not in force. `decided`: who does, over whom `isOf` is. */
export function asDecided(
  first: First,
  decided: (isOf: (by: string) => boolean) => readonly string[] | undefined,
): First {
  let isSame = true
  const next = first.map((one) => {
    if (one.outcome !== 'inForce') return one
    const name = `${one.kind} ${one.name}`
    const deciding = decided((by) => by === name || by.startsWith(`${name} (`))
    if (deciding === undefined) return one
    isSame = false
    const why = `${few(deciding)} ${deciding.length === 1 ? 'decides' : 'decide'} all that it says`
    return { ...one, outcome: 'overridden', why } as const
  })
  return isSame ? first : inOrder(next)
}

/** All in force are among the first of a kind. */
function moved(counts: ObjectsRead['counts'], before: First, after: First): ObjectsRead['counts'] {
  const [kind = ''] = counts.map((one) => one.kind)
  const inForce = (some: First) => some.filter(({ outcome }) => outcome === 'inForce').length
  const more = inForce(before) - inForce(after)
  const known = new Map(counts.map(({ outcome, count }) => [outcome, count]))
  known.set('inForce', (known.get('inForce') ?? 0) - more)
  known.set('overridden', (known.get('overridden') ?? 0) + more)
  return OUTCOMES.flatMap((outcome) => {
    const count = known.get(outcome) ?? 0
    return count === 0 ? [] : [{ kind, outcome, count }]
  })
}
