// A kind of source that nothing in src/ knows: a board, on which clusters are told of to whoever asks. All that is read
// there comes over one connection.
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { changeTo, type SealedChange, seal } from '../../../src/sources/changes/index.ts'
import {
  type ClusterReading,
  type ReadOnce,
  SOURCES,
  type SourceChoice,
  type SourceConnection,
  type SourceConnectionListener,
  Sources,
  sourceRow,
  type WatchedCluster,
} from '../../../src/sources/kinds/index.ts'
import type { ClusterId } from '../../../src/words/clusterset/index.ts'
import {
  type Kinds,
  type ObjectId,
  objectIdOf,
  parseObject,
  type Reported,
  unpackList,
} from '../../../src/words/kube/index.ts'

/** Where a board listens on this host. */
interface BoardChoice extends SourceChoice {
  readonly kind: 'board'
  readonly port: number
}

const isBoard = (choice: SourceChoice): choice is BoardChoice => choice.kind === 'board'

const BOARD = sourceRow(isBoard, ({ port }) => ({
  place: `board ${port}`,
  shared: `board ${port}`,
  start: (listener) => new Board(port, listener),
  readOnce: (clusters) => readBoard(port, clusters),
}))

export const WITH_BOARDS = new Sources([...SOURCES.rows, BOARD])

/** What a board says of a cluster in a line: all that it holds now, or that it has not said anything for too long. */
export type Line =
  | { readonly cluster: ClusterId; readonly list: unknown }
  | { readonly cluster: ClusterId; readonly silent: true }
  /** It says what is the reader's end. */
  | { readonly cluster: ClusterId; readonly fatal: true }

/** Tries again so long after a connection failed. */
const AGAIN_MS = 10

class Board implements SourceConnection {
  readonly #port: number
  readonly #listener: SourceConnectionListener
  readonly #clusters = new Map<ClusterId, WatchedCluster>()
  readonly #held = new Map<ClusterId, ReadonlyMap<string, ObjectId>>()
  #socket: Socket | undefined
  #again: NodeJS.Timeout | undefined
  #heard = 0

  constructor(port: number, listener: SourceConnectionListener) {
    this.#port = port
    this.#listener = listener
  }

  join(cluster: WatchedCluster): void {
    this.#clusters.set(cluster.id, cluster)
    if (this.#socket === undefined) this.#connect()
    else this.#socket.write(`${cluster.id}\n`)
  }

  async leave(id: ClusterId): Promise<void> {
    this.#clusters.delete(id)
    this.#held.delete(id)
    if (this.#clusters.size > 0) return
    clearTimeout(this.#again)
    this.#socket?.destroy()
  }

  #connect(): void {
    const socket = connect(this.#port, '127.0.0.1')
    this.#socket = socket
    socket.on('error', () => undefined)
    socket.once('connect', () => this.#listener.connection({ kind: 'live', heard: Date.now() }))
    socket.once('close', () => this.#lost())
    for (const id of this.#clusters.keys()) socket.write(`${id}\n`)
    createInterface({ input: socket })
      .on('error', () => undefined)
      .on('line', (line) => this.#hear(JSON.parse(line)))
  }

  #lost(): void {
    if (this.#clusters.size === 0) return
    this.#listener.connection(this.#heard === 0 ? { kind: 'never' } : { kind: 'stale', heard: this.#heard })
    this.#again = setTimeout(() => this.#connect(), AGAIN_MS)
  }

  #hear(line: Line): void {
    const cluster = this.#clusters.get(line.cluster)
    if (cluster === undefined) return
    cluster.working?.()
    this.#heard = Date.now()
    if ('fatal' in line) throw new Error('it was too much')
    if ('silent' in line) this.#listener.freshness(cluster.id, { kind: 'stale', heard: this.#heard })
    else this.#take(cluster, toldIn(line.list, cluster.kinds))
  }

  #take({ id, kept }: WatchedCluster, told: readonly Reported[]): void {
    const before = this.#held.get(id) ?? new Map<string, ObjectId>()
    const now = new Map(told.map((one) => [JSON.stringify(objectIdOf(one)), objectIdOf(one)]))
    this.#held.set(id, now)
    const gone = [...before].filter(([key]) => !now.has(key))
    this.#listener.changed(id, [
      ...told.map((one): SealedChange => ({ op: 'reported', ...seal(kept(one)) })),
      ...gone.map(([, one]): SealedChange => ({ op: 'delete', ...one })),
    ])
    this.#listener.freshness(id, { kind: 'live', heard: this.#heard })
  }
}

const toldIn = (list: unknown, kinds: Kinds): readonly Reported[] =>
  unpackList(list).flatMap((item) => {
    const parsed = parseObject(item, kinds)
    return parsed.outcome === 'object' ? [parsed.object] : []
  })

async function readBoard(
  port: number,
  clusters: readonly ClusterReading[],
): Promise<ReadonlyMap<ClusterId, ReadOnce>> {
  const socket = connect(port, '127.0.0.1')
  const read = new Map<ClusterId, ReadOnce>()
  for (const { id } of clusters) socket.write(`${id}\n`)
  for await (const text of createInterface({ input: socket })) {
    const line: Line = JSON.parse(text)
    const kinds = clusters.find(({ id }) => id === line.cluster)?.kinds
    if ('list' in line && kinds !== undefined)
      read.set(line.cluster, { changes: toldIn(line.list, kinds).map(changeTo), problems: [] })
    if (read.size === clusters.length) break
  }
  socket.destroy()
  return read
}
