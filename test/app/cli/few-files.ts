/** Commands that may have few files open. */
import { afterEach, expect } from 'vitest'
import { CHECKOUT, type Command, command, MERIDIAN } from '../../support/server.ts'

const REMEDY = 'raise it (ulimit -n; LimitNOFILE= of a systemd unit; the ulimits of the container runtime)'
export const TOO_LOW = `meridian: the limit of open files is too low to start: ${REMEDY}\n`
export const tooFew = (limit: number, least: number) =>
  `meridian: the limit of open files is ${limit}, and this takes ${least} at the least: ${REMEDY}\n`
const TOO_FEW = /this takes (\d+) at the least/

export const DEMO = ['--config', 'fixtures/demo/meridian.yaml']

/** What starts them in a file of tests, none of which outlives its test. */
export function withFewFiles() {
  const commands: Command[] = []
  afterEach(() => {
    for (const { child } of commands.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  })

  function limited(files: number, args: readonly string[]): Command {
    const started = command([MERIDIAN, ...args], CHECKOUT, { NODE_EXTRA_CA_CERTS: '' }, files)
    commands.push(started)
    return started
  }

  async function run(files: number, args: readonly string[]) {
    const started = limited(files, args)
    return { status: await started.ended, out: started.out, err: started.err }
  }

  /** What the command says it takes, where it has enough to say so; before, that there are too few. */
  async function leastOf(args: readonly string[]): Promise<number> {
    for (let [low, high] = [20, 40]; low < high; ) {
      const files = (low + high) >> 1
      const { status, out, err } = await run(files, args)
      const [, least] = TOO_FEW.exec(err) ?? []
      if (least === undefined) {
        if (status === 0) high = files
        else low = files + 1
        continue
      }
      expect({ status, out, err }).toEqual({ status: 1, out: '', err: tooFew(files, Number(least)) })
      return Number(least)
    }
    throw new Error('with no limit it says that it is too low')
  }
  return { limited, run, leastOf }
}
