/** The conformance suite of the Multi-Cluster Services API itself, built as it is. */

import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build, goCommand, goEnvironment, isFields, newDirectory } from '../../ground/index.ts'
import { listOf } from './member.ts'
import { SUITE, suiteProgram } from './module.ts'

const BUILD_MS = 30 * 60_000
const RUN_MS = 60 * 60_000
const DRY_MS = 60_000

const start = promisify(execFile)

export interface OfficialSpec {
  readonly title: string
  readonly labels: readonly string[]
}

export interface OfficialOutcome extends OfficialSpec {
  /** `passed`, `failed`, `skipped`, `pending`, … as Ginkgo says it. */
  readonly state: string
  readonly why: string
}

/** The suite, and where it is from; or why it is not run. */
export type FoundSuite =
  | { readonly suite: OfficialSuite; readonly source: string }
  | { readonly suite: undefined; readonly source: `not run: ${string}` }

/**
 * From the folder that `MERIDIAN_MCS_SUITE` names, which is `conformance` in a checkout of kubernetes-sigs/mcs-api;
 * else as a Go module, if that can be had.
 */
export async function findSuite(): Promise<FoundSuite> {
  const folder = process.env['MERIDIAN_MCS_SUITE']
  if (folder !== undefined) return { suite: await OfficialSuite.build(folder), source: folder }
  const found = await suiteProgram()
  if ('program' in found) return { suite: new OfficialSuite(found.program), source: SUITE }
  return {
    suite: undefined,
    source: `not run: its Go module cannot be had (${found.reason}), and MERIDIAN_MCS_SUITE names no folder of it`,
  }
}

export class OfficialSuite {
  readonly #program: string
  readonly #directory = newDirectory('mcs-suite')

  constructor(program: string) {
    this.#program = program
  }

  static async build(folder: string): Promise<OfficialSuite> {
    const program = join(newDirectory('mcs-suite'), 'conformance.test')
    const env = goEnvironment()
    await start(goCommand(), ['test', '-c', '-o', program, '.'], { cwd: folder, env, timeout: BUILD_MS })
    return new OfficialSuite(program)
  }

  /** Without running any of them. */
  async specs(): Promise<OfficialSpec[]> {
    const found = await this.#run(this.#directory, DRY_MS, ['-ginkgo.dry-run'])
    return found.map(({ title, labels }) => ({ title, labels }))
  }

  /** Its own report.yaml and report.html are written to the folder. */
  outcomes(folder: string, kubeconfig: string, contexts: readonly string[]): Promise<OfficialOutcome[]> {
    mkdirSync(folder, { recursive: true })
    const about = ['-organization=meridian', '-project=meridian']
    return this.#run(folder, RUN_MS, [
      `-kubeconfig=${kubeconfig}`,
      `-contexts=${contexts.join(',')}`,
      ...about,
    ])
  }

  /** It exits with 1 where a spec fails; then too the report is there. */
  async #run(cwd: string, timeout: number, flags: readonly string[]): Promise<OfficialOutcome[]> {
    const report = join(cwd, 'ginkgo.json')
    const tethered = [String(process.pid), this.#program]
    const line = [...tethered, `-test.timeout=${timeout}ms`, `-ginkgo.json-report=${report}`, ...flags]
    const options = { cwd, timeout, maxBuffer: 2 ** 26 }
    const ended = await start(await build('tether'), line, options).catch((error) => error)
    try {
      return outcomesOf(JSON.parse(readFileSync(report, 'utf8')))
    } catch {
      throw new Error(`the suite wrote no report: ${ended instanceof Error ? ended.message : ''}`)
    }
  }
}

function outcomesOf(report: unknown): OfficialOutcome[] {
  const specs = (Array.isArray(report) ? report : []).flatMap((one: unknown) =>
    isFields(one) ? listOf(one['SpecReports']) : [],
  )
  return specs.filter((one) => one['LeafNodeType'] === 'It').map(outcomeOf)
}

function outcomeOf(spec: Readonly<Record<string, unknown>>): OfficialOutcome {
  const { Failure: failure, State: state } = spec
  const texts = (value: unknown): string[] => (Array.isArray(value) ? value.flat().map(String) : [])
  const title = [...texts(spec['ContainerHierarchyTexts']), String(spec['LeafNodeText'])]
    .filter(Boolean)
    .join(' ')
  const labels = [...texts(spec['ContainerHierarchyLabels']), ...texts(spec['LeafNodeLabels'])]
  return {
    title,
    labels: [...new Set(labels)],
    state: String(state),
    why: isFields(failure) ? String(failure['Message']) : '',
  }
}
