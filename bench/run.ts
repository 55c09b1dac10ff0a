// `npm run bench`: CPU per query, latency and memory of Meridian and its peers, on the same records in one run. Loopback
// only, ends by itself. A missed target is a finding, not a failure.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command } from './command.ts'
import { contest } from './speed/contest.ts'
import { type Plan, planOf, USAGE } from './speed/options.ts'
import { picture } from './speed/picture.ts'
import { type Results, results } from './speed/results.ts'
import { insert, plain, report } from './speed/tables.ts'

async function bench(plan: Plan): Promise<void> {
  const found =
    plan.from === undefined
      ? await contest(plan, (line) => console.error(line))
      : results.parse(JSON.parse(readFileSync(plan.from, 'utf8')))
  console.log(`\n${plain(report(found))}`)
  if (plan.write !== undefined) write(plan.write, found)
}

/** The report goes between the marks of a page that is there already, else into a page of its own. */
function write(directory: string, found: Results): void {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'speed.json'), `${JSON.stringify(found)}\n`)
  writeFileSync(join(directory, 'speed.svg'), picture(found))
  const page = join(directory, 'speed.md')
  writeFileSync(page, insert(existsSync(page) ? readFileSync(page, 'utf8') : '', report(found)))
}

// Every server has a listener of its own.
process.setMaxListeners(50)
await command(planOf(process.argv.slice(2)), USAGE, bench)
