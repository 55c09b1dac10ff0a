import type { ServiceKey } from '../../words/kube/index.ts'
import { find, type Snapshot } from '../../world/zone/index.ts'
import { type Draw, type Drawn, drawsOf, pick } from '../routing/index.ts'
import { answerExisting, decide, isExisting, type Question } from './answer.ts'
import { type Choose, isSticky } from './place.ts'
import type { Plan, Planned } from './planned.ts'
import type { Asker, Identity } from './types.ts'

/** All that `answer` can return for a question; undefined when that is more than `most` things. `room`: as of `answer`. */
export function plan(
  question: Question,
  snapshot: Snapshot,
  asker: Pick<Asker, 'viewpoint' | 'mayExplain'>,
  identity: Identity,
  most = Number.POSITIVE_INFINITY,
  room = Number.POSITIVE_INFINITY,
): Plan | undefined {
  const drawn: (readonly Drawn[])[] = []
  let sticky: ServiceKey | null = null
  const choose: Choose = (from, entry) => {
    const draws = drawsOf(from)
    drawn.push(draws)
    sticky = isSticky(entry) ? entry.key : null
    return draws.slice(0, 1)
  }
  const first = decide(question, snapshot, asker, identity, choose, room)
  const [draws = [], ...more] = drawn.filter((draws) => draws.length > 0)
  const found = find(snapshot, question.name, asker.viewpoint.cluster)
  const drawAt = (at: number): Pick<Planned, 'draw'> =>
    isExisting(found)
      ? {
          draw: (within, random) =>
            answerExisting(found, question, {
              snapshot,
              asker,
              choose: chooseAt(drawn, at),
              room: within,
              random,
            }),
        }
      : {}
  if (draws.length === 0) return { draws: [{ cluster: '', chance: 1, answer: first, ...drawAt(0) }], sticky }
  const distinct = more.length === 0 ? draws : jointly([draws, ...more])
  if (distinct.length > most) return undefined
  let from = 0
  const planned = distinct.map(({ cluster, chance }, i) => {
    const at = from + chance / 2
    from += chance
    let answer = i === 0 ? first : undefined
    return {
      cluster,
      chance,
      ...drawAt(at),
      get answer() {
        answer ??= decide(question, snapshot, asker, identity, chooseAt(drawn, at), room)
        return answer
      },
    }
  })
  return { draws: planned, sticky }
}

/** What one chance comes to in several draws, which come in the same order each time. */
function chooseAt(drawn: readonly (readonly Drawn[])[], chance: number): Choose {
  const rest = drawn.values()
  return () => {
    const one = pick(rest.next().value ?? [], chance)
    return one === undefined ? [] : [one]
  }
}

/** Several draws by one chance: a draw ends where one of any of them does. */
function jointly(drawn: readonly (readonly Draw[])[]): readonly Draw[] {
  const ends = drawn.flatMap(endsOf).sort((a, b) => a - b)
  const apart = ends.filter((end, i) => end - (ends[i - 1] ?? 0) > SAME)
  return apart.map((end, i) => ({ cluster: '', chance: end - (apart[i - 1] ?? 0) }))
}

/** Of two sums of chances that should be one. */
const SAME = 1e-12

function endsOf(draws: readonly Draw[]): readonly number[] {
  let end = 0
  return draws.map(({ chance }) => {
    end += chance
    return end
  })
}
