import { text } from 'node:stream/consumers'
import { strayEncoding } from '../source/index.ts'
import { Failure } from './failure.ts'

/** All of standard input. At a terminal nobody pipes anything in: `wanted` says what is waited for. */
export async function standardInput(wanted: string): Promise<string> {
  if (process.stdin.isTTY) throw new Failure(`nothing is piped in\n    ${wanted}`, 2)
  const piped = await text(process.stdin)
  const stray = strayEncoding(piped)
  if (stray !== undefined) throw new Failure(`what is piped in ${stray.problem}\n    ${stray.remedy}`, 2)
  return piped
}
