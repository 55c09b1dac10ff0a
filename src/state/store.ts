import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterView } from '../source/index.ts'
import { readView, type SavedView, writeView } from './view-file.ts'

/** The clusters' last views in `state.dir`, a file each. */
export interface Store {
  /** The view saved last; undefined when there is none, or none that can be believed. Never rejects. */
  readonly restore: (cluster: string) => Promise<SavedView | undefined>
  /** Saves soon, and not more often than every few seconds; what is asked for last wins. */
  readonly save: (cluster: string, view: ClusterView, heard: number) => void
  /** Forgets what waits to be saved of a cluster. */
  readonly forget: (cluster: string) => void
  /** Saves what still waits. Resolves when it is on disk, or could not be. */
  readonly close: () => Promise<void>
}

export interface StoreOptions {
  readonly dir: string
  /** Something that was survived, for the log. */
  readonly warn: (text: string) => void
  /** Milliseconds between two saves of one cluster. */
  readonly interval?: number
}

interface Waiting {
  readonly view: ClusterView
  readonly heard: number
}

export async function openStore({ dir, warn, interval = 5000 }: StoreOptions): Promise<Store> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const waiting = new Map<string, Waiting>()
  const timers = new Map<string, NodeJS.Timeout>()
  const writing = new Map<string, Promise<void>>()
  const pathOf = (cluster: string) => join(dir, `${cluster}.view`)

  const write = async (cluster: string): Promise<void> => {
    await writing.get(cluster)
    const next = waiting.get(cluster)
    waiting.delete(cluster)
    timers.delete(cluster)
    if (next === undefined) return
    const written = writeView(pathOf(cluster), cluster, next.heard, next.view).catch((error: Error) =>
      warn(`the last view of ${cluster} is not saved in ${dir}: ${error.message}`),
    )
    writing.set(cluster, written)
    await written
  }
  return {
    restore: async (cluster) => {
      const path = pathOf(cluster)
      try {
        return await readView(path, cluster)
      } catch (error) {
        if (!(error instanceof Error)) throw error
        if (!('code' in error && error.code === 'ENOENT')) await setAside(path, error, warn)
        return undefined
      }
    },
    save: (cluster, view, heard) => {
      waiting.set(cluster, { view, heard })
      if (!timers.has(cluster))
        timers.set(
          cluster,
          setTimeout(() => void write(cluster), writing.has(cluster) ? interval : 200),
        )
    },
    forget: (cluster) => {
      clearTimeout(timers.get(cluster))
      timers.delete(cluster)
      waiting.delete(cluster)
    },
    close: async () => {
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.all([...waiting.keys()].map(write))
      await Promise.all(writing.values())
    },
  }
}

/** A file that cannot be believed is kept for whoever wants to know why, out of the way. */
async function setAside(path: string, { message }: Error, warn: (text: string) => void): Promise<void> {
  const aside = `${path}.set-aside`
  await rename(path, aside).catch(() => undefined)
  warn(`${path} is set aside as ${aside}: ${message}`)
}
