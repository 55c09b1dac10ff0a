import type { Speed } from '../../src/server/replies/index.ts'
import { Marks, speedBy } from '../../src/server/speed/index.ts'
import type { ServiceKey } from '../../src/words/kube/index.ts'
import type { Entry, Snapshot } from '../../src/world/zone/index.ts'

/** Whether what is tested answers without all that is there for speed alone: every reply is worked out. */
export const IS_PLAIN = process.env['WITHOUT_SPEED'] === '1'

/** Room for what a test asks: that of a server is as much work to make as many questions are. */
const SMALL = { slots: 1024, octets: 1 << 18, clients: 100 }

/** What a responder reads, and what makes it fast. */
export interface Shown {
  readonly snapshot: () => Snapshot
  readonly speed: Speed | null
}

/** Snapshots that a test shows, which come from no replica that could tell what changed between them. */
export function shown(now: () => Snapshot, isPlain = IS_PLAIN): Shown {
  if (isPlain) return { snapshot: now, speed: null }
  const marks = new Marks()
  let last: Snapshot | undefined
  let before: ReadonlyMap<ServiceKey, Entry> = new Map()
  const snapshot = (): Snapshot => {
    const next = now()
    if (next === last) return next
    const after = new Map(next.entries)
    tell(marks, before, after)
    last = next
    before = after
    return next
  }
  return { snapshot, speed: speedBy(marks, SMALL) }
}

function tell(marks: Marks, before: ReadonlyMap<string, Entry>, after: ReadonlyMap<string, Entry>): void {
  for (const [key, entry] of after) {
    const old = before.get(key)
    if (old === undefined) marks.came(key)
    else if (old !== entry) marks.changed(key)
  }
  for (const key of before.keys()) if (!after.has(key)) marks.went(key)
}

/** Marks of one snapshot. */
export function marksOf(snapshot: Snapshot): Marks {
  const marks = new Marks()
  tell(marks, new Map(), new Map(snapshot.entries))
  return marks
}

/** What makes a responder fast over a replica that tells such marks. */
export const speedOver = (marks: Marks): Speed | null => (IS_PLAIN ? null : speedBy(marks, SMALL))
