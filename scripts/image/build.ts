/** What goes into the image, and where it stands there. */

import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prune } from './prune.ts'
import { seal } from './seal.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** Of the files beside scripts/, those that an image is made of: the Dockerfile's context has them and no others. */
export const INPUTS = [
  'bin',
  'src',
  'native/batch.c',
  'native/build.mjs',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'LICENSE',
]

export type Architecture = 'x64' | 'arm64'

/** As a container engine calls them. */
export const ARCHITECTURES = ['amd64', 'arm64'] as const

/** By Node's name or by a container engine's. */
export function architectureOf(name: string): Architecture {
  if (name === 'x64' || name === 'amd64') return 'x64'
  if (name === 'arm64') return name
  throw new Error(`architecture ${name}: an image is for one of ${ARCHITECTURES.join(', ')}`)
}

export interface ImageOptions {
  /** A directory that is not there yet, or empty. */
  readonly to: string
  readonly arch: Architecture
}

/** The same sources give the same tree, octet by octet. The checkout's own node_modules and dist stay as they are. */
export function buildImage({ to, arch }: ImageOptions): void {
  if (existsSync(to) && readdirSync(to).length > 0)
    throw new Error(`${to} is not empty: name a directory that is new`)
  const work = mkdtempSync(join(tmpdir(), 'meridian-image-'))
  try {
    install(work, arch)
    compile(work)
    layOut(work, to, arch)
    compileAddon(to, arch)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  prune(join(to, 'app/node_modules'))
  seal(to, Number(process.env['SOURCE_DATE_EPOCH'] ?? 0))
}

/** Packages of production as the lock file has them, for that architecture; none of their scripts runs. */
function install(work: string, arch: Architecture): void {
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(ROOT, file), join(work, file))
  const platform = ['--os=linux', `--cpu=${arch}`, '--libc=glibc']
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  execFileSync('npm', ['ci', '--omit=dev', '--ignore-scripts', ...platform, ...quiet], {
    cwd: work,
    stdio: 'pipe',
  })
}

function compile(work: string): void {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  if (!existsSync(tsc)) throw new Error(`no compiler at ${tsc}: run npm ci first`)
  const options = ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(work, 'dist')]
  execFileSync(process.execPath, [tsc, ...options], { stdio: ['ignore', 'inherit', 'inherit'] })
}

function layOut(work: string, to: string, arch: Architecture): void {
  const node = join(work, 'node_modules', `node-linux-${arch}`)
  const [app, local] = [join(to, 'app'), join(to, 'usr/local')]
  for (const folder of ['bin', 'share/licenses/node']) mkdirSync(join(local, folder), { recursive: true })
  move(join(node, 'bin/node'), join(local, 'bin/node'))
  move(join(node, 'LICENSE'), join(local, 'share/licenses/node/LICENSE'))
  rmSync(node, { recursive: true })
  for (const part of ['dist', 'node_modules']) move(join(work, part), join(app, part))
  for (const part of ['bin', 'package.json', 'LICENSE'])
    cpSync(join(ROOT, part), join(app, part), { recursive: true })
  nameCommand(to)
}

/** For the machine that the image is for. Without a compiler for it the image answers UDP by dgram, and this says so. */
function compileAddon(to: string, arch: Architecture): void {
  const target = join(to, 'app/native/build', `batch-linux-${arch}.node`)
  const args = [join(ROOT, 'native/build.mjs'), '--to', target, '--arch', arch]
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (!existsSync(target)) console.error(`image: ${stdout.trim()}`)
}

/** Across file systems too. */
function move(from: string, to: string): void {
  try {
    mkdirSync(join(to, '..'), { recursive: true })
    renameSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error
    cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  }
}

/** `kubectl exec … -- meridian explain …`: a command by name, where no shell and no /usr/bin/env would find it. */
function nameCommand(to: string): void {
  const program = join(to, 'app/bin/meridian.mjs')
  const text = readFileSync(program, 'utf8')
  writeFileSync(program, text.replace(/^#!.*/, '#!/usr/local/bin/node'))
  symlinkSync('../../../app/bin/meridian.mjs', join(to, 'usr/local/bin/meridian'))
}
