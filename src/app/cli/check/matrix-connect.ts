import { connect } from 'node:net'
import { lookupOnce } from '../../../sources/apiserver/index.ts'
import type { Connect, Matrix, TcpTarget } from './matrix.ts'

/** Connects once: null when it was accepted, else why not. Never rejects. */
export type Dial = (host: string, port: number) => Promise<string | null>

const AT_ONCE = 16
const DEADLINE_MS = 1000

/** The matrix with a TCP connect to each sample, each address once, made from this host. */
export async function connectMatrix(matrix: Matrix, dial: Dial = dialTCP): Promise<Matrix> {
  const samples = new Map(matrix.cells.flatMap(({ samples }) => samples).map((one) => [nameOf(one), one]))
  const outcomes = new Map<string, string | null>()
  const queue = samples.entries()
  const worker = async () => {
    for (const [name, { host, port }] of queue) outcomes.set(name, await dial(host, port))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  const connected = (sample: TcpTarget): Connect => ({
    ...sample,
    failure: outcomes.get(nameOf(sample)) ?? null,
  })
  return {
    ...matrix,
    cells: matrix.cells.map((cell) => ({ ...cell, connects: cell.samples.map(connected) })),
  }
}

const nameOf = ({ host, port }: TcpTarget): string => `${host} ${port}`

const dialTCP: Dial = (host, port) =>
  new Promise((resolve) => {
    const socket = connect({ host, port, lookup: lookupOnce })
    const end = (outcome: string | null) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(outcome)
    }
    const timer = setTimeout(() => end(`no answer within ${DEADLINE_MS / 1000} s`), DEADLINE_MS)
    socket.on('error', (error) => end(explain(error)))
    socket.once('connect', () => end(null))
  })

function explain(error: Error & { readonly code?: string }): string {
  return REASONS.get(error.code ?? '') ?? error.message
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'refused: nothing listens there'],
  ['EHOSTUNREACH', 'no way to the host'],
  ['ENETUNREACH', 'no way to the network'],
  ['EACCES', 'a firewall forbids it'],
  ['ETIMEDOUT', 'no answer'],
])
