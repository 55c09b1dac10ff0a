import type { CountSheet, Footprint } from '../../words/observe/index.ts'
import type { World } from '../../world/zone/index.ts'
import type { ServerStanding } from '../health/index.ts'
import type { ListenEndpoint, MakeAcceptor, StreamTransport } from '../transport/index.ts'
import type { AnsweringSettings, StreamCounts, StreamSettings } from './protocol.ts'

/** What each kind of thread is started with, and whom it tells: all these are called on main. */
export interface ThreadOptions extends AnsweringSettings {
  /** What threads answer from at first; later worlds come by `follow`. */
  readonly world: World
  /** Octets of the longest UDP reply. It is advertised in OPT records too (RFC 6891, 6.2.3). */
  readonly udpSize: number
  /** One line about something that was survived. */
  readonly warning: (text: string) => void
  /** A bug that queries met and got SERVFAIL for: counted in the thread's sheet, told once per kind and thread. */
  readonly bug: (error: Error) => void
  /**
   * A thread is gone, and a new one starts in `pauseMs`. Until then the others answer, if there are any. Pauses
   * double while that keeps happening.
   */
  readonly crashed: (reason: Error, pauseMs: number) => void
}

/** What the threads that answer UDP are started with. */
export interface WorkerPoolOptions extends ThreadOptions {
  /** `batches`: by the addon where it is there, else by dgram. A file: by that addon or not at all. */
  readonly udp: 'batches' | 'dgram' | { readonly addon: string }
  /** How many addresses are to be answered on: what there is of sockets is divided among them. */
  readonly addresses: number
  /**
   * How many threads answer side by side; null: as many as the CPUs suggest. By dgram it is one: there is no socket to
   * share.
   */
  readonly workers: number | null
}

/** What all threads that answer are started with: those of UDP, and the one of streams. */
export interface AnsweringOptions extends WorkerPoolOptions {
  /** How connections are kept, and what probes are told at first. */
  readonly streams: StreamSettings
}

/** What one thread is kept running with. */
export interface SupervisorOptions extends ThreadOptions {
  /** The addon's file, to answer in batches; null: by dgram. */
  readonly addon: string | null
  /** How connections are kept, of the thread that answers streams and probes; null: this one answers UDP. */
  readonly streams: StreamSettings | null
}

/** How UDP is answered: told once in the log and on pages. */
export interface UdpWay {
  /** `batches`: by the addon, many datagrams in one call; `dgram`: by Node, one at a time. */
  readonly way: 'batches' | 'dgram'
  /** Threads that answer side by side. */
  readonly workers: number
  /** Why it is dgram although it need not be, as a sentence; absent: it was asked for, or it is batches. */
  readonly reason?: string
}

/**
 * Threads that answer. One that dies, or says nothing any more, is replaced by one that has the last world and the
 * same addresses, after ever longer pauses while that keeps happening.
 */
export interface Threads {
  /**
   * A thread answers from `world` as soon as it is told what changed: at once, or, while it has yet to take in
   * what it was told before, together with what else changes until then.
   */
  readonly follow: (world: World) => void
  /** Who clients are and what the server calls itself, from now on. */
  readonly reconfigure: (settings: AnsweringSettings) => void
  /**
   * Fetches the threads' counts; of one that does not hand them over within a second, the last ones stand. Never
   * rejects.
   */
  readonly refresh: () => Promise<void>
  /** Counts as last fetched, those of threads that crashed included: they never go back. */
  readonly sheets: () => readonly CountSheet[]
  /** What each thread takes, as last fetched; of one that has not told yet, nothing. */
  readonly footprints: () => readonly (Footprint & { readonly thread?: string })[]
  /** Whether all answer from a settled world by now: until they do, main's being ready is not enough. */
  readonly isSettled: () => boolean
  /** How many threads were lost so far. */
  readonly crashes: () => number
  /** Final: closes what is open and ends the threads. May be called again. */
  readonly stop: () => Promise<void>
}

/** The threads that answer UDP: by batches as many as the CPUs suggest, by dgram one. */
export interface UdpThreads extends Threads {
  /** The way by which they answer, for the log and for pages. */
  readonly udp: UdpWay
  /** UDP that the threads answer. An address that was opened stays wanted, over any crash, until it is closed. */
  readonly makeUdp: MakeAcceptor
  /** Datagrams that the system dropped before anybody saw them, by address; by dgram nobody can say. */
  readonly kernelDrops: () => ReadonlyMap<string, number>
  /** Whether one of them says something when it is asked. */
  readonly answers: () => boolean
}

/**
 * The one thread that answers streams, whatever their transports, and probes: connections have places there, not on
 * main.
 */
export interface StreamThread extends Threads {
  /** A stream that the thread answers, over any crash, as with UDP. */
  readonly makeStream: (transport: StreamTransport) => MakeAcceptor
  /** Final: lets every connection finish, and cuts off those that have not after `drainMs`. */
  readonly finish: (drainMs: number) => Promise<void>
  /** Opens `/healthz` and `/readyz`; the port that it has. Rejects with a ListenError. */
  readonly openHealth: (at: ListenEndpoint) => Promise<number>
  /** What probes are told from now on. */
  readonly stand: (standing: ServerStanding) => void
  /** What is counted of connections, as last fetched. */
  readonly streams: () => StreamCounts
}

/** All threads that answer, as main has them. */
export interface Answering extends UdpThreads, StreamThread {}
