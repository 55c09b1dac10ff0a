import { parseArgs } from 'node:util'
import { MIXES, type Mix } from './queries.ts'

export const USAGE = `npm run bench -- [options]
  --quick         one round of one second, of the mixed queries alone
  --rounds N      rounds of the mixed queries (5); each kind alone gets 3 at most, of a second each
  --seconds N     how long each server is loaded in a round of the mixed queries (3)
  --only MIX      one of ${MIXES.map(({ name }) => name).join(', ')}
  --profile DIR   Meridian writes a CPU profile there; its figures then include the profiler`

/** What one invocation measures; the first mix in full length, the others shorter. */
export interface Plan {
  readonly mixes: readonly Mix[]
  readonly rounds: number
  readonly seconds: number
  readonly profile: string | undefined
}

/** The plan that a command line asks for; undefined for help, which is due for mistakes too. */
export function planOf(args: readonly string[]): Plan | undefined {
  const values = valuesOf(args)
  if (values === undefined || values.help) return undefined
  const only = values.only ?? (values.quick ? 'mixed' : undefined)
  const mixes = MIXES.filter(({ name }) => only === undefined || name === only)
  const rounds = countOf(values.rounds, values.quick ? 1 : 5)
  const seconds = countOf(values.seconds, values.quick ? 1 : 3)
  if (mixes.length === 0 || rounds === undefined || seconds === undefined) return undefined
  return { mixes, rounds, seconds, profile: values.profile }
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        only: { type: 'string' },
        profile: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch {
    return undefined
  }
}

/** A benchmark ends: nothing here may ask for more than minutes. */
function countOf(text: string | undefined, standard: number): number | undefined {
  const value = Number(text ?? standard)
  return Number.isInteger(value) && value >= 1 && value <= 60 ? value : undefined
}
