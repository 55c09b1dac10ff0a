/** What `--help` prints, without a process for each. That it is printed there is a test of its own: main.test.ts. */
import type { Command } from 'commander'
import { program } from '../../../src/app/cli/program.ts'

/** The help of a command; undefined: there is none of that name. */
export function helpOf(name: string): string | undefined {
  const command = program.commands.find((one) => one.name() === name)
  return command && helpText(command)
}

/** The help of `meridian` itself. */
export const wholeHelp = (): string => helpText(program)

function helpText(command: Command): string {
  const before = command.configureOutput()
  let text = ''
  command.configureOutput({
    writeOut: (part) => {
      text += part
    },
    getOutHelpWidth: () => 80,
  })
  command.outputHelp()
  command.configureOutput(before)
  return text
}
