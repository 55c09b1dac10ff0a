import { type Command, InvalidArgumentError } from 'commander'
import { CommandFailure } from './failure.ts'

/** Whose values may have lines: base64, as `base64` prints it. */
const OF_LINES: readonly string[] = ['caData']

/**
 * What no argument of any command may be: nothing, which a variable is that nobody set; or lines, which are what a file
 * holds in place of its name. Those are not quoted: a token or a key may be among them.
 */
export function refuseOddArguments(command: Command): void {
  for (const [i, { variadic }] of command.registeredArguments.entries()) {
    const given: readonly unknown[] = variadic ? command.args.slice(i) : command.args.slice(i, i + 1)
    for (const text of given) refuseOdd(`<${command.registeredArguments[i]?.name()}>`, text)
  }
  for (const option of command.options) {
    const name = option.attributeName()
    if (!OF_LINES.includes(name)) refuseOdd(option.long ?? option.flags, command.getOptionValue(name))
  }
}

function refuseOdd(place: string, value: unknown): void {
  if (value === '')
    throw new CommandFailure(`${place} is empty\n    write what it is to be, or leave it out`, 2)
  if (typeof value !== 'string' || !/[\r\n]/.test(value)) return
  const lines = value.trimEnd().split(/\r\n|\r|\n/).length
  throw new CommandFailure(
    `${place} has ${lines === 1 ? 'a line break' : `${lines} lines`} in it\n    write one line; of a file its name, not what is in it`,
    2,
  )
}

/** Nobody waits longer. What is longer than 2^31 - 1 ms would fire at once. */
const LONGEST_MS = 24 * 3_600_000

/** Milliseconds of an option that is a time to wait. */
export function durationArgument(text: string): number {
  const [, digits, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? []
  if (digits === undefined) throw new InvalidArgumentError('write it like 5s, 500ms or 1m')
  const ms = Number(digits) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : unit === 'm' ? 60_000 : 3_600_000)
  if (ms > LONGEST_MS) throw new InvalidArgumentError('write 24h at most')
  return ms
}
