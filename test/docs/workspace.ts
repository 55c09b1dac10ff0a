/** Where a page's commands run: a copy of the demo, and a server of it that the page may reconfigure as it goes. */
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { parseConfig } from '../../src/app/config/index.ts'
import { type Meridian, startMeridian } from '../../src/meridian.ts'
import { createLog } from '../../src/words/observe/index.ts'
import { page as adminPage, type Fetched } from '../support/pages.ts'
import { meridian } from '../support/server.ts'
import { until } from '../support/sockets.ts'
import { type Temporary, temporary } from '../support/temporary.ts'
import { type Step, wordsOf } from './console.ts'
import { dig } from './dig.ts'
import { FEDERATION } from './document.ts'
import { type Page, ROOT } from './markdown.ts'
import { DEMO, wholeConfiguration, type YamlBlock } from './yaml.ts'

/** What a page may tell its reader to run, and the tests need not: each is tested elsewhere, or starts what runs already. */
const TAKEN_AS_READ = [
  'npm ci',
  'npm start',
  'npm run federation',
  'npm test',
  'npm run test:e2e',
  'npm ci && npm start',
  'npm ci && npm test',
]

export interface Workspace {
  /** What a command prints, line by line. One that fails without its page saying so throws. */
  readonly run: (step: Step) => Promise<readonly string[]>
  /** Takes over a block that is titled with a path below fixtures/demo. */
  readonly write: (block: YamlBlock) => Promise<void>
  readonly close: () => Promise<void>
}

/** What `npm start` serves, or what a page says to start in its place. */
export const servedFor = ({ text }: Page): string =>
  /^\$ npm run federation$/m.test(text) ? FEDERATION : DEMO

/** A fixture as it is, once somebody asks its server: of all pages that change nothing of it. */
export class Demo {
  #server: Promise<Meridian> | undefined
  readonly folder: string

  constructor(folder: string = DEMO) {
    this.folder = folder
  }

  readonly running = (): Promise<Meridian> => (this.#server ??= startDemo(join(ROOT, this.folder)))

  async close(): Promise<void> {
    await (await this.#server)?.stop()
  }
}

export async function openWorkspace(demo: Demo): Promise<Workspace> {
  const directory = await temporary()
  for (const folder of new Set([DEMO, demo.folder]))
    await cp(join(ROOT, folder), directory.at(folder), { recursive: true })
  let server: Meridian | undefined
  let asItIs = true
  const running = async (): Promise<Meridian> => {
    if (asItIs) return demo.running()
    server ??= await startDemo(directory.at(DEMO))
    return server
  }
  const stop = async (): Promise<void> => {
    await server?.stop()
    server = undefined
  }
  return {
    run: async (step) => linesOf(await output(step, directory, running)),
    write: async (block) => {
      if (block.file === null || !block.file.startsWith(`${DEMO}/`)) return
      asItIs = false
      await stop()
      await directory.write(block.file, textOf(block))
    },
    close: async () => {
      await stop()
      await directory.close()
    },
  }
}

const textOf = (block: YamlBlock): string =>
  block.kind === 'configuration' ? stringify(wholeConfiguration(block)) : block.text

async function startDemo(folder: string): Promise<Meridian> {
  const file = join(folder, 'meridian.yaml')
  const anyPort = { dnsListen: '127.0.0.1:0', adminListen: '127.0.0.1:0', logLevel: 'silent' }
  const config = parseConfig(await readFile(file, 'utf8'), file, { flags: anyPort })
  const meridian = await startMeridian(config, '1.2.3', createLog('silent'))
  await until(
    async () => hasReadAll(await adminPage(meridian.adminAddress, '/readyz?verbose')),
    `${file} is read`,
  )
  return meridian
}

/** Ready is a server, too, that has waited long enough for some. */
export const hasReadAll = ({ status, text }: Fetched): boolean =>
  status === 200 && !/^.*cluster \S+: (?!live)/m.test(text)

async function output(step: Step, { path }: Temporary, running: () => Promise<Meridian>): Promise<string> {
  if (TAKEN_AS_READ.includes(step.command)) return ''
  const [program = '', ...words] = wordsOf(step)
  if (program === 'dig') return (await dig((await running()).bound[0]?.port ?? 0, words)).join('\n')
  if (program === 'curl') return curl((await running()).adminAddress, words)
  const args = program === 'meridian' ? words : npmWords(program, words)
  if (args === undefined)
    throw new Error(`${step.place}: no test can run this; put it into a \`sh\` block: ${step.command}`)
  const { out, err, status } = await meridian(await withServer(args, running), path)
  if (status === 2 && step.expected.length === 0) throw new Error(`${step.place}: $ ${step.command}\n${err}`)
  return out + err
}

/** `npm run meridian -- …`, silently or not. */
const npmWords = (program: string, words: readonly string[]): readonly string[] | undefined => {
  const [run, ...rest] = words.filter((word) => word !== '--silent' && word !== '-s')
  return program === 'npm' && run === 'run' && rest[0] === 'meridian' && rest[1] === '--'
    ? rest.slice(2)
    : undefined
}

/** The commands that ask a running server ask this one, whose port the system chose. */
async function withServer(
  args: readonly string[],
  running: () => Promise<Meridian>,
): Promise<readonly string[]> {
  const asks = ['ask', 'explain', 'render'].includes(args[0] ?? '')
  const alone = args.includes('--offline') || args.includes('--diff')
  return asks && !alone ? [...args, '--server', (await running()).adminAddress] : args
}

async function curl(admin: string, words: readonly string[]): Promise<string> {
  const [url = '', ...more] = words.filter((word) => word !== '-s')
  const [, path] = /^(?:http:\/\/)?127\.0\.0\.1:9153(\/.*)$/.exec(url) ?? []
  if (path === undefined || more.length > 0)
    throw new Error('curl in a console block is `curl -s 127.0.0.1:9153/…`')
  return (await adminPage(admin, path)).text
}

const linesOf = (text: string): readonly string[] => {
  const lines = text.split('\n').map((line) => line.trimEnd())
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1)
}
