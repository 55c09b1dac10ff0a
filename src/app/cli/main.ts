// The command line: it is given to its command, which ends in time, and as it says.
import { refuseOddArguments } from './arguments.ts'
import { bugText, endInTime, endSoon } from './end.ts'
import { CommandFailure } from './failure.ts'
import { expectFiles, FEW } from './open-files.ts'
import { complain, print, ReaderGone } from './output.ts'
import { program } from './program.ts'

let callOff = (): void => undefined

program.hook('preAction', (_program, command) => {
  refuseOddArguments(command)
  // A server takes more, and says how many.
  if (command.name() !== 'serve') expectFiles(FEW)
  callOff = endInTime(command.name(), command.opts())
})

/** What the user can mend is told in its own words; a bug in those of whoever may report it. */
async function end(error: unknown): Promise<void> {
  if (error instanceof ReaderGone) {
    process.exitCode = error.status
    return
  }
  process.exitCode = error instanceof CommandFailure ? error.status : 1
  complain(error instanceof CommandFailure ? `meridian: ${error.message}` : bugText(error))
  if (error instanceof CommandFailure && error.output !== '') await print(error.output).catch(end)
}

await program.parseAsync().catch(end)
callOff()
endSoon()
