import type { RR } from '../../values/dns/index.ts'
import { isSameSet } from '../wire/index.ts'

/** An additional record ends where its RRset does, for one does not fit without the others. */
export function endsOfSets(
  ends: readonly number[],
  additional: readonly RR[],
  from: number,
): readonly number[] {
  const whole = [...ends]
  for (let i = ends.length - 2; i >= from; i--)
    if (isSameSet(additional[i - from], additional[i - from + 1])) whole[i] = whole[i + 1] ?? 0
  return whole
}

/** Octets of each of the first so many records, if all are as long; else 0. */
export function unitOf(ends: readonly number[], answers: number): number {
  const unit = ends[0] ?? 0
  for (let i = 0; i < answers; i++) if (ends[i] !== (i + 1) * unit) return 0
  return answers === 0 ? 0 : unit
}
