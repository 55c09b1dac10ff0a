/** One turn of the answering thread, in milliseconds. */
export interface Turn {
  readonly took: number
  /** What the thread itself ran: the rest it waited for a core, or for the collector's other threads. */
  readonly cpu: number
  readonly orders: number
  readonly answers: number
}

export const CHANNEL = 'relist-turns'

/** Shorter ones are not told. */
export const WORTH_MS = 1

/** The longest that an answering thread may do something else, in milliseconds. */
export const MOST_MS = 5

export function printTurns(turns: readonly Turn[]): string {
  const longest = turns.toSorted((a, b) => b.took - a.took)[0]
  if (longest === undefined) return `none of ${WORTH_MS} ms`
  const ms = (of: (turn: Turn) => number): string => of(longest).toFixed(1)
  const own = Math.max(...turns.map(({ cpu }) => cpu))
  const tooLong = turns.filter(({ took }) => took > MOST_MS).length
  return `${ms((one) => one.took)} ms, of CPU ${ms((one) => one.cpu)} (orders ${ms((one) => one.orders)}, answers ${ms((one) => one.answers)}); the most CPU ${own.toFixed(1)} ms; ${tooLong} of more than ${MOST_MS} ms`
}
