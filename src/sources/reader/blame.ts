/** Bytes are an estimate, never less than half of what there is. */
const MOST_TIMES = 2

/**
 * Whose the end of a thread is that had `bytes` and needed more. What each source has there is counted; what nobody
 * counted is that of the one which was worked on last, if there is one.
 */
export function heaviest<S>(
  loads: ReadonlyMap<S, number>,
  inHand: S | undefined,
  bytes: number,
): S | undefined {
  let uncounted = bytes
  for (const load of loads.values()) uncounted -= MOST_TIMES * load
  let heaviest = inHand
  let most = Math.max(0, uncounted) + MOST_TIMES * (inHand === undefined ? 0 : (loads.get(inHand) ?? 0))
  for (const [source, load] of loads) {
    if (MOST_TIMES * load <= most) continue
    heaviest = source
    most = MOST_TIMES * load
  }
  return heaviest
}
