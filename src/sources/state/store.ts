import { readdirSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kinds } from '../../words/kube/index.ts'
import { Sparing } from '../../words/observe/index.ts'
import type { ClusterView } from '../changes/index.ts'
import { type Custody, type CustodyOptions, openCustody } from './custody.ts'
import { readFound, type SavedFound, writeFound } from './found-file.ts'
import { type Heartbeat, readHeartbeat, writeHeartbeat } from './heartbeat-file.ts'
import { readHostNames, type SavedAddresses, writeHostNames } from './host-names-file.ts'
import { readSerials, type SavedSerials, writeSerials } from './serials-file.ts'
import { makeStateDir } from './state-dir.ts'
import { readView, type SavedView, writeView } from './view-file.ts'
import { FileWriter } from './writer.ts'

/** What is kept in `state.dir`: a file for each cluster's last view, one for the clusters that were found, one each for serials and host names, and a heartbeat. */
export interface StateStore {
  /** The view saved last; undefined when there is none, or none that can be believed. Never rejects. */
  readonly restore: (cluster: string) => Promise<SavedView | undefined>
  /** Saves soon, and not more often than every few seconds; what is asked for last wins. */
  readonly save: (cluster: string, view: ClusterView, heard: number) => void
  /** A cluster left: its last view goes, and what waits to be saved of it. */
  readonly forget: (cluster: string) => void
  /** The clusters that were found last, as `restore` has it. */
  readonly restoreFound: () => Promise<SavedFound | undefined>
  readonly saveFound: (clusters: SavedFound) => void
  /** What the process before this one last saw of each cluster, as `restore` has it. */
  readonly restoreHeartbeat: () => Promise<Heartbeat | undefined>
  readonly saveHeartbeat: (heartbeat: Heartbeat) => void
  /** Serials that the zones of the process before this one never got past, as `restore` has it. */
  readonly restoreSerials: () => Promise<SavedSerials['serials'] | undefined>
  readonly saveSerials: (saved: SavedSerials) => void
  /** What the process before this one knew of host names, as `restore` has it. */
  readonly restoreHostNames: () => Promise<readonly SavedAddresses[] | undefined>
  readonly saveHostNames: (saved: readonly SavedAddresses[]) => void
  /** What is in hand, noted here too. */
  readonly custody: Custody
  /** Saves what still waits. Resolves when it is on disk, or could not be. */
  readonly close: () => Promise<void>
}

interface StoreOptions extends CustodyOptions {
  /** Those that a view may hold. */
  readonly kinds?: Kinds
  /** Milliseconds between two saves of one file. */
  readonly interval?: number
}

/** A file of the folder: what it is called, what is said where it cannot be written, and how it is read and written. */
interface Kept<T, Saved = T> {
  readonly file: string
  readonly unsaved: string
  readonly read: (path: string) => Promise<T>
  readonly write: (path: string, saved: Saved) => Promise<void>
}

const FOUND: Kept<SavedFound> = {
  file: 'clusters.found',
  unsaved: 'the clusters found are not saved',
  read: readFound,
  write: writeFound,
}

const HEARTBEAT: Kept<Heartbeat> = {
  file: 'heartbeat',
  unsaved: 'the heartbeat is not saved',
  read: readHeartbeat,
  write: writeHeartbeat,
}

const SERIALS: Kept<SavedSerials['serials'], SavedSerials> = {
  file: 'serials',
  unsaved: 'serials are not saved',
  read: (path) => readSerials(path, Date.now()),
  write: writeSerials,
}

const HOST_NAMES: Kept<readonly SavedAddresses[], NotedAddresses> = {
  file: 'host-names',
  unsaved: 'addresses of host names are not saved',
  read: readHostNames,
  write: (path, { saved, now }) => writeHostNames(path, saved, now),
}

/** As they were then, Unix milliseconds. */
interface NotedAddresses {
  readonly saved: readonly SavedAddresses[]
  readonly now: number
}

const times = (count: number | undefined): string => (count === undefined ? '' : ` (${count} times more)`)

export async function openStore(options: StoreOptions): Promise<StateStore> {
  const { dir, warn, kinds, interval = 5000 } = options
  await makeStateDir(dir)
  const custody = openCustody(options)
  for (const { place, thing } of custody.things)
    warn(`${place}, ${thing}: ${custody.quarantined(place, thing)}`)
  const folder = new Folder(dir, interval, warn)
  return {
    restore: (cluster) => folder.read(viewOf(cluster), (path) => readView(path, cluster, kinds)),
    save: (cluster, view, heard) =>
      folder.write(viewOf(cluster), `the last view of ${cluster} is not saved`, (path) =>
        writeView(path, cluster, heard, view),
      ),
    forget: (cluster) =>
      folder.write(viewOf(cluster), `the last view of ${cluster} is not removed`, (path) =>
        rm(path, { force: true }),
      ),
    restoreFound: () => folder.restore(FOUND),
    saveFound: (clusters) => folder.save(FOUND, clusters),
    restoreHeartbeat: () => folder.restore(HEARTBEAT),
    saveHeartbeat: (heartbeat) => folder.save(HEARTBEAT, heartbeat),
    restoreSerials: () => folder.restore(SERIALS),
    saveSerials: (saved) => folder.save(SERIALS, saved),
    restoreHostNames: () => folder.restore(HOST_NAMES),
    saveHostNames: (saved) => folder.save(HOST_NAMES, { saved, now: Date.now() }),
    custody,
    close: async () => {
      await folder.close()
      custody.close()
    },
  }
}

const viewOf = (cluster: string): string => `${cluster}.view`

/** Files that are written soon, and read back as far as they can be believed. */
class Folder {
  readonly #dir: string
  readonly #writer: FileWriter
  readonly #warn: (text: string) => void
  readonly #sparing = new Sparing()

  constructor(dir: string, interval: number, warn: (text: string) => void) {
    this.#dir = dir
    this.#writer = new FileWriter(interval)
    this.#warn = warn
  }

  restore<T>({ file, read }: Pick<Kept<T>, 'file' | 'read'>): Promise<T | undefined> {
    return this.read(file, read)
  }

  save<T, Saved>({ file, unsaved, write }: Kept<T, Saved>, saved: Saved): void {
    this.write(file, unsaved, (path) => write(path, saved))
  }

  read<T>(file: string, read: (path: string) => Promise<T>): Promise<T | undefined> {
    return readBack(join(this.#dir, file), read, this.#warn)
  }

  write(file: string, unsaved: string, write: (path: string) => Promise<void>): void {
    this.#writer.save(file, () =>
      write(join(this.#dir, file)).catch(({ message }: Error) =>
        this.#sparing.same(file, ({ count }) =>
          this.#warn(`${unsaved} in ${this.#dir}: ${message}${times(count)}`),
        ),
      ),
    )
  }

  close(): Promise<void> {
    return this.#writer.close()
  }
}

async function readBack<T>(
  path: string,
  read: (path: string) => Promise<T>,
  warn: (text: string) => void,
): Promise<T | undefined> {
  try {
    return await read(path)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (!('code' in error && error.code === 'ENOENT')) await setAside(path, error, warn)
    return undefined
  }
}

const ASIDE = '.set-aside'

/** Files of the folder that could not be believed at a start, as far as whoever only looks may see; the first by name. */
export function setAsideIn(dir: string, most: number): readonly string[] {
  try {
    const files = readdirSync(dir).filter((file) => file.endsWith(ASIDE))
    return files.sort().slice(0, most)
  } catch {
    return []
  }
}

/** A file that cannot be believed is kept for whoever wants to know why, out of the way. */
async function setAside(path: string, { message }: Error, warn: (text: string) => void): Promise<void> {
  const aside = `${path}${ASIDE}`
  const isAside = await rename(path, aside).then(
    () => true,
    () => false,
  )
  warn(
    isAside
      ? `${path} is set aside as ${aside}: ${message}`
      : `${path} cannot be read (${message}), nor set aside as ${aside}: remove it`,
  )
}
