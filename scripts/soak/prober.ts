import { createSocket, type Socket } from 'node:dgram'
import { connect } from 'node:net'
import dnsPacket, { type DecodedPacket, type OptAnswer } from 'dns-packet'
import { framed } from '../../test/support/sockets.ts'
import type { Heard, Question, Seen, Verdict } from './questions.ts'

/** What became of the questions. Milliseconds. */
export interface Tally {
  asked: number
  wrong: number
  lost: number
  slowest: number
  /** The longest that an acknowledged change was not answered yet, far from all faults. */
  late: number
  /** The same, counted from the end of the fault before it. */
  lateAfterFault: number
}

export const newTally = (): Tally => ({
  asked: 0,
  wrong: 0,
  lost: 0,
  slowest: 0,
  late: 0,
  lateAfterFault: 0,
})

export interface ProberOptions {
  readonly port: number
  readonly next: () => Question
  /** A wrong or lost answer, in words. */
  readonly failed: (text: string) => void
}

/** So that every answer of a small service fits: the largest, twelve SRV records, takes about a thousand octets. */
const OPT: OptAnswer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1232,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
}

const PERIOD_MS = 5
/** A resolver would have asked again by then; nobody here does. */
const LOST_MS = 5_000

interface Pending {
  readonly question: Question
  readonly asked: number
  readonly late: NodeJS.Timeout
}

/** Asks a question every few milliseconds over UDP, each of them once, and judges the answers. */
export class Prober {
  readonly #options: ProberOptions
  readonly #socket: Socket
  readonly #pending = new Map<number, Pending>()
  readonly #timer: NodeJS.Timeout
  #id = 0
  #tally = newTally()

  constructor(options: ProberOptions) {
    this.#options = options
    this.#socket = createSocket('udp4')
    this.#socket.on('message', (reply) => this.#hear(reply))
    this.#socket.on('error', () => undefined)
    this.#timer = setInterval(() => this.#ask(), PERIOD_MS)
  }

  /** What happened since this was last called. */
  take(): Tally {
    const tally = this.#tally
    this.#tally = newTally()
    return tally
  }

  /** Resolves when the last question is answered or lost. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    const end = performance.now() + 2 * LOST_MS
    while (this.#pending.size > 0 && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 50))
    this.#socket.close()
  }

  #ask(): void {
    const id = this.#id++ & 0xffff
    const question = this.#options.next()
    const { name, type } = question
    const query = dnsPacket.encode({ type: 'query', id, questions: [{ type, name }], additionals: [OPT] })
    // A moment's grace for a reply that this process has yet to read.
    const late = setTimeout(() => setImmediate(() => this.#lose(id)), LOST_MS)
    this.#pending.set(id, { question, asked: performance.now(), late })
    if (question.transport === 'tcp') this.#askTcp(query)
    else this.#socket.send(query, this.#options.port, '127.0.0.1')
    this.#tally.asked++
  }

  #askTcp(query: Buffer): void {
    const socket = connect(this.#options.port, '127.0.0.1')
    let octets = Buffer.alloc(0)
    socket.setTimeout(LOST_MS, () => socket.destroy())
    // Whatever becomes of it, the question is lost if nothing comes.
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      octets = Buffer.concat([octets, chunk])
      if (octets.length < 2 || octets.length < 2 + octets.readUInt16BE()) return
      socket.destroy()
      this.#hear(octets.subarray(2))
    })
    socket.write(framed(query))
  }

  #hear(reply: Buffer): void {
    const now = performance.now()
    const pending = this.#pending.get(reply.readUInt16BE())
    if (pending === undefined) return
    const { question, asked, late } = pending
    clearTimeout(late)
    this.#pending.delete(reply.readUInt16BE())
    this.#tally.slowest = Math.max(this.#tally.slowest, now - asked)
    const heard = heardIn(dnsPacket.decode(reply), reply.length > WHOLE_OCTETS)
    this.#judge(question, heard, question.judge(heard, asked), asked)
  }

  #judge({ name, type }: Question, { rcode, values }: Heard, verdict: Verdict, asked: number): void {
    if (verdict.right) this.#measure(verdict.seen, asked)
    else {
      this.#tally.wrong++
      this.#options.failed(`WRONG ${name} ${type}: ${rcode} [${values}]; possible: ${verdict.expected}`)
    }
  }

  /** An answer from an older version is right for a while. For how long? */
  #measure(seen: readonly Seen[], asked: number): void {
    for (const { part, version } of seen) {
      const { weather } = part.member
      const possible = part.slice.possible(asked)
      const next = possible[possible.indexOf(version) + 1]
      if (next === undefined || !weather.isFair || next.acknowledged > asked) continue
      const late = weather.lateness(next.acknowledged, asked)
      const which = weather.wasCalm(next.acknowledged) ? 'late' : 'lateAfterFault'
      this.#tally[which] = Math.max(this.#tally[which], late)
    }
  }

  #lose(id: number): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    this.#pending.delete(id)
    this.#tally.lost++
    this.#options.failed(`LOST ${pending.question.name} ${pending.question.type}`)
  }
}

/** In a longer message there may be no room for one record more. */
const WHOLE_OCTETS = 65_000

function heardIn(packet: DecodedPacket, isFull: boolean): Heard {
  const rcode = 'rcode' in packet ? String(packet.rcode) : ''
  const isCut = packet.flag_tc || isFull
  return { rcode, values: (packet.answers ?? []).flatMap(datumOf).sort(), isCut }
}

/** Anything unexpected becomes a value that no right answer has. */
function datumOf(answer: NonNullable<DecodedPacket['answers']>[number]): string {
  switch (answer.type) {
    case 'A':
      return answer.data
    case 'SRV':
      return answer.data.target.split('.')[0]?.replaceAll('-', '.') ?? ''
    case 'TXT':
      return String(answer.data)
    default:
      return answer.type
  }
}
