/** From 0 to below 1. */
export type Random = () => number

/** A stream of numbers that a seed and a name decide (mulberry32, public domain), so that no part disturbs another's. */
export function randomFrom(seed: number, name: string): Random {
  let state = [...name].reduce((sum, char) => Math.imul(sum, 31) + char.charCodeAt(0), seed) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const between = (random: Random, from: number, to: number): number => from + random() * (to - from)

export const below = (random: Random, bound: number): number => Math.floor(random() * bound)

export function oneOf<T>(random: Random, choices: readonly T[]): T {
  const choice = choices[below(random, choices.length)]
  if (choice === undefined) throw new RangeError('a choice among nothing')
  return choice
}
