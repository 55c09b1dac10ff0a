import type { Health, Witness } from '../freshness/index.ts'
import { checkFormat, parseLine, readSealed, StateFileError, writeSealed } from './sealed-file.ts'

const FORMAT = 'meridian-heartbeat'
const VERSION = 1

/** What this process saw last of each cluster. */
export type Heartbeat = ReadonlyMap<string, Witness>

/** Writes a heartbeat in place of the last one. */
export const writeHeartbeat = (path: string, heartbeat: Heartbeat): Promise<void> =>
  writeSealed(path, {
    header: { format: FORMAT, version: VERSION },
    objects: [...heartbeat].map(([cluster, { at, health }]) => ({ cluster, at, health })),
  })

/** Reads it back, or rejects with a StateFileError that says why it cannot be believed. */
export async function readHeartbeat(path: string): Promise<Heartbeat> {
  const heartbeat = new Map<string, Witness>()
  await readSealed(
    path,
    (line) => checkFormat(parseLine(line), FORMAT, VERSION, 'a heartbeat'),
    (line) => {
      const { cluster, at, health } = witness(parseLine(line))
      heartbeat.set(cluster, { at, health })
    },
  )
  return heartbeat
}

interface Line extends Witness {
  readonly cluster: string
}

function witness({ cluster, at, health }: { readonly [field in keyof Line]?: Line[field] }): Line {
  if (typeof cluster !== 'string' || typeof at !== 'number' || !isHealth(health))
    throw new StateFileError('it does not say what was seen of a cluster')
  return { cluster, at, health }
}

const isHealth = (health: Health | undefined): health is Health =>
  typeof health === 'object' && health !== null && typeof health.kind === 'string'
