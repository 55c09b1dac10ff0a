import { buffer } from 'node:stream/consumers'
import { encodingProblemIn, withoutMark } from '../../sources/texts/index.ts'
import { CommandFailure } from './failure.ts'

/** All of standard input, a byte order mark included. At a terminal nobody pipes anything in: `wanted` says what is waited for. */
export async function wholeInput(wanted: string): Promise<string> {
  if (process.stdin.isTTY) throw new CommandFailure(`nothing is piped in\n    ${wanted}`, 2)
  const piped = (await buffer(process.stdin)).toString('utf8')
  const stray = encodingProblemIn(piped)
  if (stray !== undefined)
    throw new CommandFailure(`what is piped in ${stray.problem}\n    ${stray.remedy}`, 2)
  return piped
}

/** The same without the mark, for who reads it as text. */
export const standardInput = async (wanted: string): Promise<string> => withoutMark(await wholeInput(wanted))
