import { execFile, execFileSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { buildImage } from '../../scripts/image/build.ts'
import { buildQuery, parseReply } from '../support/client.ts'
import { exchangeTcp } from '../support/exchange.ts'
import { type Command, listening, type Running } from '../support/server.ts'
import { freePort, newDirectory } from './ground/index.ts'
import { finish, HOW, newRoom, type Room, runImage, runInside, terminate } from './image/run.ts'
import { CHECKOUT, type Entry, entriesOf, imageTree } from './image/tree.ts'

/** Installing packages may have to wait for a registry. */
const BUILD_MS = 600_000

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))

const manifest = z
  .object({ version: z.string(), dependencies: z.record(z.string(), z.string()) })
  .parse(json(join(CHECKOUT, 'package.json')))

let tree = ''
let before: readonly Entry[] = []

beforeAll(() => {
  tree = imageTree()
  before = entriesOf(tree)
}, BUILD_MS)

describe('the tree', () => {
  test('has the packages of production that the lock file names for this machine, and no other', () => {
    const lock = z
      .object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) })
      .parse(json(join(CHECKOUT, 'package-lock.json')))
    const names = (wanted: boolean) =>
      Object.entries(lock.packages).flatMap(([path, { dev = false }]) =>
        dev === wanted ? [`app/${path}`] : [],
      )
    const folders = new Set(before.filter(({ kind }) => kind === 'folder').map(({ path }) => path))
    expect(names(true).filter((path) => folders.has(path))).toEqual([])
    expect([...folders].filter((path) => path.includes('node-linux'))).toEqual([])
    const loaded = names(false).filter((path) => !/^app\/$|@types|node-linux/.test(path))
    expect(loaded.filter((path) => !folders.has(path))).toEqual([])
  })

  test('has no source, map or declaration of types', () => {
    expect(before.filter(({ path }) => /\.(?:ts|mts|cts|map)$/.test(path))).toEqual([])
  })

  test('can be written by its owner alone, has no set-user-id program, and runs two files', () => {
    const files = before.filter(({ kind }) => kind === 'file')
    expect(before.filter(({ kind, mode }) => kind !== 'link' && (mode & 0o7022) !== 0)).toEqual([])
    expect(files.filter(({ mode }) => (mode & 0o111) !== 0).map(({ path }) => path)).toEqual([
      'app/bin/meridian.mjs',
      'usr/local/bin/node',
    ])
    const owner = process.getuid?.() === 0 ? '0:0' : `${process.getuid?.()}:${process.getgid?.()}`
    expect(new Set(before.map((one) => one.owner))).toEqual(new Set([owner]))
  })

  test('is passed on with the terms of Node and of every package that has a file of them', () => {
    const terms = before.map(({ path }) => path).filter((path) => /\/licen[cs]e/i.test(path))
    expect(terms).toEqual(expect.arrayContaining(['app/LICENSE', 'usr/local/share/licenses/node/LICENSE']))
    const packages = before.filter(
      ({ kind, path }) => kind === 'folder' && /\/node_modules\/(?:@[^/]+\/)?[^/@]+$/.test(path),
    )
    const here = packages.flatMap(({ path }) =>
      readdirSync(join(CHECKOUT, path.slice('app/'.length)))
        .filter((file) => /^licen[cs]e/i.test(file))
        .map((file) => `${path}/${file}`),
    )
    expect(here.length).toBeGreaterThan(packages.length / 2)
    expect(terms).toEqual(expect.arrayContaining(here))
  })

  test('has a Node that needs no library but those of the base image', () => {
    const printed = execFileSync('ldd', [join(tree, 'usr/local/bin/node')], { encoding: 'utf8' })
    const names = [...printed.matchAll(/([^\s/]+)\.so\b/g)].map(([, name = '']) => name.split('-linux')[0])
    const base = ['ld', 'libc', 'libdl', 'libgcc_s', 'libm', 'libpthread', 'libstdc++', 'linux-vdso']
    expect([...new Set(names)].sort()).toEqual(base)
  })

  test(
    'is the same whoever builds it, and for another architecture differs in Node and the addon alone',
    () => {
      const again = join(newDirectory('image-again'), 'tree')
      buildImage({ to: again, arch: process.arch === 'arm64' ? 'arm64' : 'x64' })
      expect(entriesOf(again)).toEqual(before)
      rmSync(again, { recursive: true })
      const other = entriesOf(imageTree(process.arch === 'arm64' ? 'x64' : 'arm64'))
      const node = 'usr/local/bin/node'
      // Without a compiler for it, there is no addon for the other one.
      const isNative = (path: string) => path === node || path.startsWith('app/native')
      const rest = before.filter(({ path }) => !isNative(path))
      expect(other.filter(({ path }) => !isNative(path))).toEqual(rest)
      expect(other.find(({ path }) => path === node)?.content).not.toBe(
        before.find(({ path }) => path === node)?.content,
      )
    },
    BUILD_MS,
  )
})

const CONFIG = '/etc/meridian/meridian.yaml'

/** fixtures/demo on free ports, with a state to keep. */
async function demoRoom(): Promise<Room> {
  const room = newRoom()
  cpSync(join(CHECKOUT, 'fixtures/demo'), room.config, { recursive: true })
  const file = join(room.config, 'meridian.yaml')
  const config = parseDocument(readFileSync(file, 'utf8'))
  config.setIn(['dns', 'listen'], ['127.0.0.1:0'])
  config.setIn(['admin', 'listen'], `127.0.0.1:${await freePort()}`)
  config.set('state', { dir: room.seenState })
  writeFileSync(file, config.toString())
  return room
}

describe(`the server of the image, ${HOW}`, () => {
  let room: Room
  let command: Command
  let server: Running

  beforeAll(async () => {
    room = await demoRoom()
    command = runImage(room)
    server = await listening(command)
    await server.ready()
  })

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.error(command.err)
  })

  afterAll(() => {
    command.child.kill('SIGKILL')
  })

  test('answers over UDP and TCP', async () => {
    const name = 'web.default.svc.clusterset.local'
    const answers = [`${name}. 5 IN A 10.101.195.130`]
    expect(await server.ask(name)).toMatchObject({ rcode: 'NOERROR', answers })
    const query = buildQuery({ name, type: 'A' })
    const [reply = Uint8Array.of()] = await exchangeTcp(server.port, '127.0.0.1', query, false)
    expect(parseReply(reply)).toMatchObject({ rcode: 'NOERROR', answers })
  })

  test('shows its metrics and its health', async () => {
    expect(await server.get('/readyz')).toMatchObject({ status: 200 })
    expect((await server.get('/metrics')).text).toContain('meridian_dns_requests_total{')
  })

  test('tells commands run beside it what it knows, by the command’s name alone', async () => {
    const line = ['/usr/local/bin/meridian', 'explain', 'shop/search', '--config', CONFIG]
    const { status, out, err } = await finish(runInside(room, line))
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out).toContain('failover to us-central-1')
  })

  test('stops when asked to, with status 0, and has written to its state and nowhere else', async () => {
    terminate(command)
    expect(await command.ended).toBe(0)
    expect(command.err).not.toMatch(/"level":"(?:error|fatal)"|EROFS|EACCES/)
    expect(entriesOf(tree)).toEqual(before)
  })
})

describe(`commands of the image, ${HOW}`, () => {
  let room: Room
  beforeAll(async () => {
    room = await demoRoom()
  })
  const run = (...args: readonly string[]) => finish(runImage(room, args))
  const config = ['--config', CONFIG]

  test('--version and --help say what they should', async () => {
    expect(await run('--version')).toEqual({ status: 0, out: `${manifest.version}\n`, err: '' })
    const { status, out } = await run('--help')
    expect(status).toBe(0)
    for (const name of ['serve', 'check', 'ask', 'explain', 'render', 'corefile'])
      expect(out).toContain(`  ${name} `)
  })

  test('check, ask and render work without a server', async () => {
    const checked = await run('check', ...config)
    expect(checked.status, checked.out + checked.err).toBe(0)
    const asked = await run('ask', 'web.default.global', 'SRV', '--offline', ...config)
    expect(asked.out).toContain('cluster-east.web.default.global.')
    const rendered = await run('render', 'global', '--offline', ...config)
    expect(rendered).toMatchObject({ status: 0, out: expect.stringContaining('SOA') })
  })

  test.each(Object.keys(manifest.dependencies))('%s is there with all that it loads', async (name) => {
    const code = `await import(${JSON.stringify(name)})`
    const node = join(tree, 'usr/local/bin/node')
    const line = ['--input-type=module', '--eval', code]
    const { stderr } = await promisify(execFile)(node, line, { cwd: join(tree, 'app'), env: {} })
    expect(stderr).toBe('')
  })
})
