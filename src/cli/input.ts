import { text } from 'node:stream/consumers'
import { Failure } from './failure.ts'

/** All of standard input. At a terminal nobody pipes anything in: `wanted` says what is waited for. */
export async function standardInput(wanted: string): Promise<string> {
  if (process.stdin.isTTY) throw new Failure(`nothing is piped in\n    ${wanted}`, 2)
  return await text(process.stdin)
}
