// `npm run test:hostile`: the battery of test/hostile. With `--long`: every hostile party at once against one server with
// the heap that the chart gives it, and a good party beside them that must not lose one answer. Loopback only; ends by
// itself, with status 1 if an answer was wrong or missing, a probe was lost, or a bug was logged.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type LongPlan, runLong } from './hostile/run.ts'

const USAGE = `npm run test:hostile [-- --long [--minutes N] [--seed N]]
  --long         not the battery of tests: all hostile parties at once beside a good one
  --minutes N    how long (60)
  --only PARTY   of what hostile clients do, this alone; several times: these (mutate, askLarge, pipelineLarge, hold,
                 stall, reset, pipelinePages, sitIdle, headPages, rebind, transferAll; none: nothing of it)
  --seed N       of all that is left to chance (by the clock)`

/** Null: the battery; undefined: nothing that can be understood. */
function planOf(args: readonly string[]): LongPlan | null | undefined {
  try {
    const options = {
      long: { type: 'boolean' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string', multiple: true },
    } as const
    const { values } = parseArgs({ args: [...args], options })
    if (values.long !== true)
      return values.minutes === undefined && values.seed === undefined ? null : undefined
    const minutes = Number(values.minutes ?? 60)
    const seed = Number(values.seed ?? Date.now() % 1_000_000)
    return minutes > 0 && minutes <= 24 * 60 && Number.isInteger(seed)
      ? { minutes, seed, only: values.only ?? [] }
      : undefined
  } catch {
    return undefined
  }
}

function battery(): number {
  const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
  return spawnSync(process.execPath, [vitest, 'run', 'test/hostile'], { stdio: 'inherit' }).status ?? 1
}

const plan = planOf(process.argv.slice(2))
if (plan === undefined) {
  console.error(USAGE)
  process.exit(2)
}
if (plan === null) process.exit(battery())
console.log(`seed ${plan.seed}, ${plan.minutes} minutes`)
const clean = await runLong(plan).catch((error: unknown) => {
  console.error(error instanceof Error ? error.stack : String(error))
  return false
})
process.exit(clean ? 0 : 1)
