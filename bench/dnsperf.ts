import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'

/** What dnsperf says of one run. */
export interface Run {
  readonly completed: number
  readonly lost: number
  readonly seconds: number
  readonly qps: number
  /** Octets of a reply, on average. */
  readonly replyOctets: number
  /** How many replies had each RCODE. */
  readonly rcodes: ReadonlyMap<string, number>
}

/** Eight sockets, one thread, a hundred queries in flight: enough to keep one server core busy. */
export const LOAD = ['-c', '8', '-T', '1', '-q', '100'] as const

/** It prints a line for every query that is lost. */
const MOST_PRINTED = 1 << 28

const run = promisify(execFile)

/** One run of dnsperf against 127.0.0.1. */
export interface Order {
  readonly port: number
  /** Of queries, in dnsperf's form. */
  readonly file: string
  readonly seconds: number
  /** The command that holds it to its core. */
  readonly pin: readonly string[]
  /** More of dnsperf's options; later ones win. */
  readonly options: readonly string[]
}

export async function dnsperf({ port, file, seconds, pin, options }: Order): Promise<Run> {
  const args = ['-s', '127.0.0.1', '-p', `${port}`, '-d', file, '-l', `${seconds}`, '-t', '1', ...LOAD]
  const [command = 'dnsperf', ...rest] = [...pin, 'dnsperf', ...args, ...options]
  const { stdout } = await run(command, rest, { timeout: (seconds + 20) * 1000, maxBuffer: MOST_PRINTED })
  return parseRun(stdout)
}

/** `2.10.0`, or undefined where dnsperf is not installed. */
export function dnsperfVersion(): string | undefined {
  try {
    const help = execFileSync('dnsperf', ['-h'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    return /Version (\S+)/.exec(help)?.[1] ?? 'of unknown version'
  } catch {
    return undefined
  }
}

/** The statistics that dnsperf prints at its end. */
export function parseRun(text: string): Run {
  return {
    completed: number(text, /Queries completed: +(\d+)/),
    lost: number(text, /Queries lost: +(\d+)/),
    seconds: number(text, /Run time \(s\): +([\d.]+)/),
    qps: number(text, /Queries per second: +([\d.]+)/),
    replyOctets: number(text, /Average packet size: .*response (\d+)/),
    rcodes: new Map(
      [...rcodeLine(text).matchAll(/(\w+) (\d+) \(/g)].map(([, name = '', n]) => [name, Number(n)]),
    ),
  }
}

const rcodeLine = (text: string): string => /Response codes: +(.*)/.exec(text)?.[1] ?? ''

function number(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1]
  if (found === undefined) throw new Error(`dnsperf printed nothing that matches ${pattern}:\n${text}`)
  return Number(found)
}
