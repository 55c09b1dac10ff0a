import { type Comparing, changesOf, printDiff } from './diff.ts'
import { CommandFailure } from './failure.ts'

/** What one configuration makes of a thing; `lacks`: why it has no such thing. */
export type Side = { readonly file: string } & (
  | { readonly value: unknown; readonly text: string }
  | { readonly lacks: string }
)

/** What another configuration would change. Whatever neither of them has is a mistake of whoever asked. */
export function printComparison(
  before: Side,
  after: Side,
  comparing: Comparing,
  { json, colour }: { readonly json: boolean; readonly colour: boolean },
): string {
  if ('lacks' in before && 'lacks' in after)
    throw new CommandFailure(
      before.lacks === after.lacks ? before.lacks : `${sentence(before)}; ${sentence(after)}`,
    )
  const [was, is] = [textOf(before), textOf(after)]
  if (!json) return printDiff(was, is, colour, comparing)
  const compared = {
    changes: changesOf(was, is, comparing),
    before: shownOf(before),
    after: shownOf(after),
  }
  return `${JSON.stringify(compared, null, 2)}\n`
}

const sentence = ({ file, lacks }: Extract<Side, { lacks: string }>): string => `${file}: ${lacks}`

const textOf = (side: Side): string => ('lacks' in side ? sentence(side) : side.text)

const shownOf = (side: Side): unknown => ('lacks' in side ? { error: side.lacks } : side.value)
