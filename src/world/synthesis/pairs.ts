import { rememberedLately } from '../../values/table/index.ts'
import { alike, toldOnce } from './alike.ts'

/** Exported labels or annotations: a resource of its own kind, so nothing bounds them but the size of an object. */
type Pairs = Readonly<Record<string, string>>

/** Whether they say the same, in whatever order. */
export const arePairsAlike = alike<Pairs>(
  (a, b) =>
    countOf(a) === countOf(b) &&
    Object.entries(a).every(([key, value]) => Object.hasOwn(b, key) && b[key] === value),
)

/** Those of one export are compared with many. */
const countOf = rememberedLately((pairs: Pairs) => Object.keys(pairs).length)

/** `app=web,tier=front`, sorted. */
export const tellPairs = toldOnce<Pairs>((pairs) =>
  Object.entries(pairs)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(','),
)
