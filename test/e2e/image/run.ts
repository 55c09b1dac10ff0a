/** The image without a container engine: its command, its user, and as much of a container's walls as there may be. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dockerfile } from '../../image/dockerfile.ts'
import type { Command } from '../../support/server.ts'
import { newDirectory } from '../ground/index.ts'
import { atExit } from '../ground/scene.ts'
import { imageTree } from './tree.ts'

const NOBODY = 65532

/** Whether we may make namespaces and mounts. */
const MAY_CONFINE = process.getuid?.() === 0 && succeeds('unshare', '--mount', '--pid', '--fork', 'true')

/** How it runs here, for the names of tests. */
export const HOW = MAY_CONFINE
  ? `as user ${NOBODY}, process 1 of a read-only root without a shell`
  : 'as whoever runs this test, for want of the right to make namespaces'

function succeeds(program: string, ...options: readonly string[]): boolean {
  try {
    execFileSync(program, options, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Places that a Pod would mount, and what a configuration has to call the one it may write to. */
export interface Room {
  readonly config: string
  readonly state: string
  /** The state's place as the server sees it; the configuration's is always /etc/meridian. */
  readonly seenState: string
}

export function newRoom(): Room {
  const directory = newDirectory('image')
  const [config, state] = [join(directory, 'config'), join(directory, 'state')]
  for (const folder of [config, state, join(directory, 'root')]) mkdirSync(folder)
  if (MAY_CONFINE) chownSync(state, NOBODY, NOBODY)
  return { config, state, seenState: MAY_CONFINE ? '/var/lib/meridian' : state }
}

/** The image's entrypoint with these arguments, or with the Dockerfile's own. */
export function runImage(room: Room, args: readonly string[] = dockerfile().command): Command {
  const [program = '', ...first] = dockerfile().entrypoint
  return runInside(room, [program, ...first, ...args])
}

/** Any command of the image. */
export function runInside(room: Room, command: readonly string[]): Command {
  return collecting(MAY_CONFINE ? confined(room, command) : plain(room, command))
}

function confined(room: Room, command: readonly string[]): ChildProcess {
  const script = join(import.meta.dirname, 'confined.sh')
  const places = [join(room.config, '../root'), imageTree(), room.config, room.state]
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child']
  return spawn('unshare', [...namespaces, 'sh', script, ...places, ...command], {
    env: { PATH: process.env['PATH'], ...dockerfile().environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Its own files by their place on this machine. */
function plain(room: Room, command: readonly string[]): ChildProcess {
  const isOfImage = (word: string) => word.startsWith('/app/') || word.startsWith('/usr/local/')
  const moved = command.map((word) =>
    isOfImage(word) ? join(imageTree(), word) : word.replace('/etc/meridian', room.config),
  )
  const [node, program] = [join(imageTree(), 'usr/local/bin/node'), moved[0] ?? '']
  // A program with a first line of its own names the image's Node by its place in the image.
  const line = program === node ? moved : [node, ...moved]
  return spawn(line[0] ?? '', line.slice(1), {
    cwd: room.state,
    env: { ...dockerfile().environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function collecting(child: ChildProcess): Command {
  const ended = once(child, 'close').then(([status]) => (typeof status === 'number' ? status : null))
  child.once(
    'exit',
    atExit(() => child.kill('SIGKILL')),
  )
  const started: Command = { child, out: '', err: '', ended }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    started.out += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    started.err += text
  })
  return started
}

/** As a kubelet does: to process 1 of the container itself. */
export function terminate({ child }: Command): void {
  const pid = MAY_CONFINE ? firstChildOf(child.pid ?? 0) : (child.pid ?? 0)
  if (pid === 0) throw new Error('it is not running')
  process.kill(pid, 'SIGTERM')
}

const firstChildOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])

/** Runs to its end. */
export async function finish(started: Command): Promise<{ status: number | null; out: string; err: string }> {
  const status = await started.ended
  return { status, out: started.out, err: started.err }
}
