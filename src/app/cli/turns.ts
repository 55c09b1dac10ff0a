import { Slices } from '../../words/threads/index.ts'

let at: string | null = null
const slices = new Slices(20)

/** What a command is at where it computes, for its deadline to tell; null: it waits. */
export const whatIsDone = (): string | null => at

/** Says what comes next, and gives way to timers if that was not done for a while: a deadline comes in no other way. */
export async function goOnWith(what: string | null): Promise<void> {
  at = what
  if (slices.isOver) await slices.next()
}

/** What is found of things one by one, in turns. */
export async function inTurns<T, F>(
  things: Iterable<T>,
  what: (thing: T) => string,
  look: (thing: T) => readonly F[] | Promise<readonly F[]>,
): Promise<readonly F[]> {
  const found: (readonly F[])[] = []
  for (const thing of things) {
    await goOnWith(what(thing))
    found.push(await look(thing))
  }
  await goOnWith(null)
  return found.flat()
}
