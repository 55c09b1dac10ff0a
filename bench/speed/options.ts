import { parseArgs } from 'node:util'

export const USAGE = `npm run bench -- [options]
  --short          a minute or two: few services, few mixes, one round; its figures say little
  --rounds N       how often each server is loaded with each mix (9)
  --seconds N      how long each time (1)
  --services N     ClusterSetIP services (10000)
  --only WORDS     only the mixes that have these words in their name, such as "A udp edns", and nothing else
  --write DIR      also writes the report, the picture and the raw results there: speed.md, speed.svg, speed.json
  --from FILE      measures nothing: prints, and with --write makes again, what raw results say
  --profile DIR    Meridian writes a CPU profile there; its figures then include the profiler`

/** What one invocation measures, and what it leaves behind. */
export interface Plan {
  readonly short: boolean
  readonly rounds: number
  readonly seconds: number
  readonly services: number
  readonly only: string | undefined
  readonly write: string | undefined
  readonly from: string | undefined
  readonly profile: string | undefined
}

/** The plan that a command line asks for; undefined for help, which is due for mistakes too. */
export function planOf(args: readonly string[]): Plan | undefined {
  const values = valuesOf(args)
  if (values === undefined || values.help) return undefined
  const { short, only, write, from, profile } = values
  const rounds = countOf(values.rounds, short ? 1 : 9, 100)
  const seconds = countOf(values.seconds, 1, 60)
  const services = countOf(values.services, short ? 200 : 10_000, 50_000)
  if (rounds === undefined || seconds === undefined || services === undefined) return undefined
  return { short, rounds, seconds, services, only, write, from, profile }
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        short: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        services: { type: 'string' },
        only: { type: 'string' },
        write: { type: 'string' },
        from: { type: 'string' },
        profile: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch {
    return undefined
  }
}

/** A benchmark ends: nothing here may ask for more than hours. */
function countOf(text: string | undefined, standard: number, most: number): number | undefined {
  const value = Number(text ?? standard)
  return Number.isInteger(value) && value >= 1 && value <= most ? value : undefined
}
