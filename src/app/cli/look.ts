import { ZodError } from 'zod'
import { printSourceProblem } from '../../sources/changes/index.ts'
import { printable, printableIn, printableLines } from '../../words/kube/index.ts'
import {
  type AnswerInWords,
  ask,
  askAll,
  type Explained,
  explainName,
  InspectError,
  type Inspected,
  renderLines,
} from '../admin/index.ts'
import type { Flags } from '../config/index.ts'
import { withHostNamesResolved } from './check/index.ts'
import { printComparison, type Side } from './compare.ts'
import { configFrom, DEFAULT_FILE, serverFrom } from './configuration.ts'
import type { Comparing } from './diff.ts'
import { CommandFailure } from './failure.ts'
import { geoOffline, inspectedOffline, readOffline } from './offline.ts'
import { complain } from './output.ts'
import { printAsked, printLikely } from './print-asked.ts'
import { printExplained } from './print-explained.ts'
import { readRegistries, registryProblems, withFound } from './registries.ts'
import { fetchPage, noMeridian } from './remote.ts'
import { parseAsked, parseExplained, type Widened } from './replies.ts'
import { VERSION } from './version.ts'

/** Options of the commands that look at a world: the running server's, one made here, or two to compare. */
export interface LookOptions {
  readonly config?: string
  readonly server?: string
  readonly offline?: boolean
  readonly diff?: string
  readonly from?: string
  readonly output?: string
}

/** A thing to look at: the admin page that has it, how to compute it here, and how to print it. */
interface Look<T> {
  readonly page: string
  /** What the page has. */
  readonly noun: string
  readonly query: Readonly<Record<string, string | undefined>>
  readonly parse: (page: string) => T
  readonly compute: (inspected: Inspected) => T
  readonly print: (value: T, colour: boolean) => string
  /** The same to hold against another's. */
  readonly compared: (inspected: Inspected) => { readonly value: unknown; readonly text: string }
  readonly comparing: Comparing
}

export const lookAsk = (name: string, type: string, options: LookOptions, flags: Flags): Promise<string> => {
  const wanted = { name, type, ...from(options) }
  return look<AnswerInWords>(
    {
      page: '/ask',
      noun: 'answer',
      query: wanted,
      parse: parseAsked,
      compute: (inspected) => printableIn(ask(inspected, wanted, Math.random)),
      print: printAsked,
      compared: (inspected) => {
        const value = printableIn(askAll(inspected, wanted))
        return { value, text: printLikely(value) }
      },
      comparing: { as: 'moves' },
    },
    options,
    flags,
  )
}

export const lookExplain = (name: string, options: LookOptions, flags: Flags): Promise<string> => {
  const wanted = { name, ...from(options) }
  return look<Widened<Explained>>(
    {
      page: '/explain',
      noun: 'explanation',
      query: wanted,
      parse: parseExplained,
      compute: (inspected) => printableIn(explainName(inspected, wanted)),
      print: printExplained,
      compared: (inspected) => {
        const value = printableIn(explainName(inspected, wanted))
        return { value, text: printExplained(value, false) }
      },
      comparing: { as: 'moves' },
    },
    options,
    flags,
  )
}

export const lookRender = (zone: string | undefined, options: LookOptions, flags: Flags): Promise<string> => {
  const wanted = { ...(zone === undefined ? {} : { zone }), ...from(options) }
  return look<readonly RenderedZone[]>(
    {
      page: '/render',
      noun: 'zone',
      query: wanted,
      parse: parseRendered,
      compute: (inspected) => zonesIn(renderLines(inspected, wanted)),
      print: printZones,
      compared: (inspected) => {
        const value = zonesIn(renderLines(inspected, wanted))
        return { value, text: printZones(value) }
      },
      comparing: { as: 'set' },
    },
    options,
    flags,
  )
}

/** One zone of a rendering: the comment that heads it, and its records as master-file lines. */
interface RenderedZone {
  readonly title: string
  readonly records: readonly string[]
  /** Services that a bug of ours keeps from being rendered; absent: none. */
  readonly leftOut?: readonly string[]
}

const printZones = (zones: readonly RenderedZone[]): string =>
  zones
    .flatMap(({ title, records, leftOut = [] }) => [title, ...records, ...leftOut])
    .map((line) => `${line}\n`)
    .join('')

/** Each zone has its comment and an SOA record at least. */
function parseRendered(page: string): readonly RenderedZone[] {
  const lines = printableLines(page).trimEnd().split('\n')
  const zones = zonesIn(lines)
  const isWhole = zones.every(({ records: [soa] }) => SOA.test(soa ?? ''))
  if (lines[0] !== zones[0]?.title || !isWhole) throw new Error('it is no zone')
  return zones
}

const SOA = /^\S+ \d+ IN SOA /

function zonesIn(lines: Iterable<string | undefined>): readonly RenderedZone[] {
  const zones: { title: string; records: string[]; leftOut?: string[] }[] = []
  for (const line of lines) {
    if (line === undefined) continue
    const zone = zones.at(-1)
    if (line.startsWith('; zone ')) zones.push({ title: line, records: [] })
    else if (zone === undefined) continue
    else if (line.startsWith(';')) zone.leftOut = [...(zone.leftOut ?? []), line]
    else zone.records.push(line)
  }
  return zones
}

const from = ({ from }: LookOptions): { readonly from?: string } => (from === undefined ? {} : { from })

async function look<T>(what: Look<T>, options: LookOptions, flags: Flags): Promise<string> {
  const colour = process.stdout.isTTY === true
  const json = options.output === 'json'
  if (options.diff !== undefined) return await lookAtBoth(what, options.diff, options, flags)
  const value = await found(what, options, flags)
  return json ? `${JSON.stringify(value, null, 2)}\n` : what.print(value, colour)
}

async function lookAtBoth<T>(
  { compared, comparing }: Look<T>,
  diff: string,
  { config = DEFAULT_FILE, output }: LookOptions,
  flags: Flags,
): Promise<string> {
  const now = Date.now()
  const sideOf = async (file: string): Promise<Side> => {
    const inspected = await inspectedFrom(file, flags, now, `${file}: `)
    try {
      return { file, ...compared(inspected) }
    } catch (error) {
      if (error instanceof InspectError) return { file, lacks: printable(error.message) }
      throw error
    }
  }
  const before = await sideOf(config)
  const colour = process.stdout.isTTY === true
  return printComparison(before, await sideOf(diff), comparing, { json: output === 'json', colour })
}

async function found<T>(what: Look<T>, options: LookOptions, flags: Flags): Promise<T> {
  if (options.offline === true) return await computed(what, options.config, flags)
  const server = serverFrom(options.server, options.config, flags)
  const page = await fetchPage(server, what.page, what.query)
  try {
    return what.parse(page)
  } catch (error) {
    throw noMeridian(server, what.page, `is no ${what.noun}${placeOf(error)}`)
  }
}

/** Where a page that is JSON is not what was expected. */
const placeOf = (error: unknown): string => {
  const [issue] = error instanceof ZodError ? error.issues : []
  return issue === undefined || issue.path.length === 0 ? '' : ` (${issue.path.join('.')}: ${issue.message})`
}

async function computed<T>({ compute }: Look<T>, file: string | undefined, flags: Flags): Promise<T> {
  const inspected = await inspectedFrom(file, flags, Date.now(), '')
  try {
    return compute(inspected)
  } catch (error) {
    if (error instanceof InspectError) throw new CommandFailure(error.message)
    throw error
  }
}

/** What a configuration's sources come to; `within`: of which of two problems are told. */
async function inspectedFrom(
  file: string | undefined,
  flags: Flags,
  now: number,
  within: string,
): Promise<Inspected> {
  const written = configFrom(file, flags)
  const registry = await readRegistries(written)
  const offline = await readOffline(withFound(written, registry), now)
  for (const problem of registryProblems(registry).filter(({ about }) => about !== 'remark'))
    complain(printable(`meridian: ${within}${printSourceProblem(problem)}`))
  for (const [id, problems] of offline.problems)
    for (const problem of problems)
      complain(printable(`meridian: ${within}cluster ${id}: ${printSourceProblem(problem)}`))
  const geo = await geoOffline(offline, (why) => complain(printable(`meridian: ${within}${why}`)))
  const { resolved } = await withHostNamesResolved(offline)
  // Serials say when a world was made, which is no difference between two of them.
  const world = { ...resolved.world, serials: offline.world.serials }
  return inspectedOffline({ ...resolved, world }, VERSION, geo)
}
