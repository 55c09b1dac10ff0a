/** Images without an engine: a file tree, what it needs below it, and how its process starts. */

import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { newDirectory } from '../scene.ts'

export interface Image {
  /** Directory trees, the uppermost first. */
  readonly layers: readonly string[]
  readonly entrypoint: readonly string[]
  readonly cmd: readonly string[]
  readonly user: number
  readonly group: number
  readonly env: Readonly<Record<string, string>>
  readonly directory: string
}

/** By repository, without tag and digest: whichever of it a Pod asks for, it gets this one. */
export type Images = Readonly<Record<string, Image>>

/** A program that needs nothing but the kernel, as the image's only file. */
export function imageOfProgram(program: string, name: string): Image {
  const tree = newDirectory(`image-${name}`)
  cpSync(program, join(tree, name))
  return {
    layers: [tree],
    entrypoint: [`/${name}`],
    cmd: [],
    user: 0,
    group: 0,
    env: { PATH: '/' },
    directory: '/',
  }
}

/** This machine's own files, with a layer in memory over them: every program that it has. */
export const imageOfMachine = (): Image => ({
  layers: ['/'],
  entrypoint: [],
  cmd: ['/bin/sh'],
  user: 0,
  group: 0,
  env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  directory: '/',
})

/** How a Dockerfile's last stage starts what is in the tree. */
export interface Said {
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** `65532:65532` */
  readonly user: string
}

/** A tree with its Node at usr/local/bin, on a base of this machine's C library. */
export function imageOfTree(tree: string, { entrypoint, command, environment, user }: Said): Image {
  const [uid = 0, gid = uid] = user.split(':').map(Number)
  return {
    layers: [tree, baseFor(join(tree, 'usr/local/bin/node'))],
    entrypoint,
    cmd: command,
    user: uid,
    group: gid,
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...environment },
    directory: '/',
  }
}

/** What the Dockerfile's base image is there for: the C and C++ libraries that Node is linked with, and users' names. */
function baseFor(program: string): string {
  const base = newDirectory('image-base')
  const listed = execFileSync('ldd', [program], { encoding: 'utf8' })
  const libraries = [...listed.matchAll(/(\/\S+)/g)].map(([path]) => path)
  for (const path of libraries.filter((one) => existsSync(one))) {
    mkdirSync(dirname(join(base, path)), { recursive: true })
    cpSync(realpathSync(path), join(base, path))
  }
  mkdirSync(join(base, 'etc'))
  writeFileSync(
    join(base, 'etc/passwd'),
    'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
  )
  writeFileSync(join(base, 'etc/group'), 'root:x:0:\nnonroot:x:65532:\n')
  writeFileSync(join(base, 'etc/nsswitch.conf'), 'hosts: files dns\n')
  return base
}

/** `registry:5000/name/space:tag@sha256:…` without what comes after the name. */
export const repositoryOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^:/]*$/, '')
