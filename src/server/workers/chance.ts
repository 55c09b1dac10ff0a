/**
 * Numbers in [0, 1), as good as Math.random's for drawing draws and cheaper, since the engine compiles it into what calls
 * it: a counter, mixed as MurmurHash3 ends (a Weyl sequence; its period is 2³²).
 */
export function chance(seed: number = Math.random()): () => number {
  let state = Math.floor(seed * 2 ** 32) | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
  }
}
