/**
 * systemd-resolved where it is installed; else as its package has it, unpacked. It is never installed: its package takes
 * /etc/resolv.conf for itself, and a machine whose services do not run has no DNS from then on.
 */

import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, unpackPackages } from '../../ground/index.ts'

export interface Unpacked {
  readonly program: string
  /** Where what it is linked with is, besides the system's folders; empty if nowhere. */
  readonly libraries: string
}

const INSTALLED = '/lib/systemd/systemd-resolved'
const PACKAGES = ['systemd-resolved', 'libsystemd-shared'] as const

export async function unpacked(): Promise<Unpacked> {
  if (existsSync(INSTALLED)) return { program: INSTALLED, libraries: '' }
  const directory = join(cacheFolder(), 'systemd-resolved')
  if (!existsSync(directory)) await unpackInto(directory)
  const found = (name: RegExp) => {
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    const file = files.find((one) => name.test(one))
    if (file === undefined) throw new Error(`${directory}: nothing like ${name} was unpacked: remove it`)
    return join(directory, file)
  }
  return {
    program: found(/\/systemd\/systemd-resolved$/),
    libraries: join(found(/\/systemd\/libsystemd-shared-[^/]*\.so$/), '..'),
  }
}

/** Complete, or not there at all. */
async function unpackInto(directory: string): Promise<void> {
  const unfinished = `${directory}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  await unpackPackages(unfinished, PACKAGES).catch((cause) => {
    const remedy = `apt-get download ${PACKAGES.join(' ')}, and dpkg-deb -x each into ${directory}`
    throw new Error(`systemd-resolved is not installed, and could not be had unpacked: ${remedy}`, { cause })
  })
  renameSync(unfinished, directory)
}
