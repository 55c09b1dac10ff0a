/** A module proxy in a folder, with one module at one commit: what Go reads from a `file:` URL. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** `files` by name. Returns its URL. */
export function fakeProxy(
  folder: string,
  module: string,
  commit: string,
  files: Readonly<Record<string, string>>,
): string {
  const version = `v0.0.0-20260507000000-${commit.padEnd(12, '0')}`
  const versions = join(folder, module, '@v')
  mkdirSync(versions, { recursive: true })
  const info = JSON.stringify({ Version: version, Time: '2026-05-07T00:00:00Z' })
  for (const name of [commit, version]) writeFileSync(join(versions, `${name}.info`), info)
  writeFileSync(join(versions, `${version}.mod`), files['go.mod'] ?? '')
  const entries = Object.entries(files).map(([name, text]) => [`${module}@${version}/${name}`, text] as const)
  writeFileSync(join(versions, `${version}.zip`), zipOf(entries))
  return `file://${folder}`
}

/** Nothing in it is compressed. */
function zipOf(files: readonly (readonly [name: string, text: string])[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, text] of files) {
    const [path, data] = [Buffer.from(name), Buffer.from(text)]
    const about = aboutOf(data, path.length)
    const local = Buffer.concat([Buffer.from('PK\x03\x04\x14\0'), about, path, data])
    const end = Buffer.alloc(14)
    end.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\0\x14\0'), about, end, path)
    parts.push(local)
    offset += local.length
  }
  const entries = Buffer.concat(directory)
  const tail = Buffer.alloc(18)
  tail.writeUInt16LE(files.length, 4)
  tail.writeUInt16LE(files.length, 6)
  tail.writeUInt32LE(entries.length, 8)
  tail.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, entries, Buffer.from('PK\x05\x06'), tail])
}

/** What the header of a file and its entry in the directory have in common, from the flags on. */
function aboutOf(data: Buffer, nameLength: number): Buffer {
  const about = Buffer.alloc(24)
  about.writeUInt32LE(crc32(data), 8)
  about.writeUInt32LE(data.length, 12)
  about.writeUInt32LE(data.length, 16)
  about.writeUInt16LE(nameLength, 20)
  return about
}
