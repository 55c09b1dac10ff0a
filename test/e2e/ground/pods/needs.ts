/** What running pods asks of the machine. */

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Program, and the Debian package that has it. */
const PROGRAMS: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  nft: 'nftables',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  ldd: 'libc-bin',
}

/** What is missing and what to do about it, or undefined: pods run in namespaces of the kernel's, which root makes. */
export function whyNoPods(): string | undefined {
  if (process.platform !== 'linux') return `pods run on Linux, and this is ${process.platform}`
  if (process.getuid?.() !== 0)
    return 'pods need network namespaces and mounts, which only root makes: use sudo'
  return whyMissing(PROGRAMS)
}

/** Of programs, each with its Debian package: which are not here, and what to do about it. */
export function whyMissing(programs: Readonly<Record<string, string>>): string | undefined {
  const missing = Object.keys(programs).filter((name) => !inPath(name))
  if (missing.length === 0) return
  const packages = new Set(missing.map((name) => programs[name]))
  return `no ${missing.join(', ')} in PATH: apt-get install ${[...packages].join(' ')}`
}

const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']

const inPath = (name: string): boolean => FOLDERS.some((folder) => existsSync(join(folder, name)))
