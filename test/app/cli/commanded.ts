/** A command without a process of its own. How a process begins and ends is main.test.ts. */

import { vi } from 'vitest'
import { CommandFailure } from '../../../src/app/cli/failure.ts'
import { program } from '../../../src/app/cli/program.ts'

/** What `meridian` with these arguments prints, and the status that it ends with. */
export async function commanded(args: readonly string[]) {
  const [before, printed] = [process.exitCode, [] as string[]]
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest) => {
    printed.push(String(text))
    for (const then of rest) if (typeof then === 'function') then()
    return true
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return { status: Number(process.exitCode ?? 0), out: printed.join(''), err: '' }
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error
    return { status: error.status, out: printed.join('') + error.output, err: `meridian: ${error.message}\n` }
  } finally {
    write.mockRestore()
    process.exitCode = before
  }
}
