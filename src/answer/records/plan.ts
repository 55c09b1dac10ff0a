import type { ServiceKey } from '../../words/kube/index.ts'
import { find, type Snapshot } from '../../world/zone/index.ts'
import { type Draw, type Drawn, drawsOf, pick } from '../routing/index.ts'
import { answerExisting, decide, isExisting, type Question } from './answer.ts'
import { type Choose, isSticky } from './place.ts'
import type { AnswerPlan, Planned } from './planned.ts'
import type { Answer, Asker, ServerIdentity } from './types.ts'

/** All that `answer` can return for a question; undefined when that is more than `most` things. `room`: as of `answer`. */
export function plan(
  question: Question,
  snapshot: Snapshot,
  asker: Pick<Asker, 'viewpoint' | 'mayExplain'>,
  identity: ServerIdentity,
  most = Number.POSITIVE_INFINITY,
  room = Number.POSITIVE_INFINITY,
): AnswerPlan | undefined {
  const drawn = new Drawing()
  const answerBy = (choose: Choose): Answer => decide(question, snapshot, asker, identity, choose, room)
  const first = answerBy(drawn.choose)
  const draws = drawn.draws()
  if (draws.length > most) return undefined
  const found = find(snapshot, question.name, asker.viewpoint.cluster)
  let from = 0
  const planned = draws.map(({ cluster, chance }, i): Planned => {
    const choose = drawn.at(from + chance / 2)
    from += chance
    const again = isExisting(found) && {
      draw: (within: number, random: () => number) =>
        answerExisting(found, question, { snapshot, asker, choose: choose(), room: within, random }),
    }
    // Nearly all have no other: of a getter, each reply that is drawn again would cost three times as much.
    if (i === 0) return { cluster, chance, answer: first, ...again }
    let answer: Answer | undefined
    return {
      cluster,
      chance,
      ...again,
      get answer() {
        answer ??= answerBy(choose())
        return answer
      },
    }
  })
  return { draws: planned, sticky: drawn.sticky }
}

/** What is drawn for an answer, so that it can be drawn again, by whatever chance. */
class Drawing {
  readonly #drawn: (readonly Drawn[])[] = []
  /** The service that clients stay with. */
  sticky: ServiceKey | null = null

  /** Notes what there is to draw from, and draws the first. */
  readonly choose: Choose = (from, entry) => {
    const draws = drawsOf(from)
    this.#drawn.push(draws)
    this.sticky = isSticky(entry) ? entry.key : null
    return draws.slice(0, 1)
  }

  /** All that one chance can come to; where nothing is drawn, one thing. */
  draws(): readonly Draw[] {
    const [draws = SURE, ...more] = this.#drawn.filter((draws) => draws.length > 0)
    return more.length === 0 ? draws : jointly([draws, ...more])
  }

  /** The same draws by one chance. */
  at(chance: number): () => Choose {
    return () => chooseAt(this.#drawn, chance)
  }
}

const SURE: readonly Draw[] = [{ cluster: '', chance: 1 }]

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
