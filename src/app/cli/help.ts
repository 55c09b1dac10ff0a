import type { Command } from 'commander'
import { CommandFailure } from './failure.ts'

/** A command `help [command…]`, which says how one below `parent` is used, or which there are. */
export function withHelp(parent: Command): Command {
  parent.helpCommand(false)
  parent
    .command('help')
    .argument('[command...]', 'a command, with the one below it')
    .description('How a command is used.')
    .action((words: readonly string[]) => commandNamed(parent, words).outputHelp())
  return parent
}

function commandNamed(parent: Command, [word, ...others]: readonly string[]): Command {
  if (word === undefined) return parent
  const found = parent.commands.find((one) => one.name() === word)
  if (found !== undefined) return commandNamed(found, others)
  const names = parent.commands.map((one) => one.name()).filter((name) => name !== 'help')
  const remedy = names.length === 0 ? 'there is none below it' : `there are ${names.join(', ')}`
  const where = parent.parent === null ? '' : ` of ${parent.name()}`
  throw new CommandFailure(`help: ${JSON.stringify(word)} is no command${where}\n    ${remedy}`, 2)
}
