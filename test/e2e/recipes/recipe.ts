/** A recipe: a page's blocks, the program that they are for, and what the page says of their lines. */

import type { Server } from '../ground/index.ts'
import { ask, type Question } from './ask.ts'
import type { Place } from './place.ts'
import type { Root } from './root.ts'

export interface Around {
  readonly place: Place
  readonly root: Root
}

/** The texts of a page's blocks, by the file that each names. */
export type Blocks = Readonly<Record<string, string>>

export interface Recipe {
  readonly title: string
  readonly page: string
  /** What must be installed: in PATH, with Debian's package that has it. */
  readonly programs: Readonly<Record<string, string>>
  readonly files: readonly string[]
  /** Where it answers. */
  readonly server: string
  readonly start: (around: Around, blocks: Blocks) => Promise<Server>
  /** What the page says of its lines. */
  readonly without: readonly Without[]
  /** What the page says does as well. */
  readonly instead?: readonly Instead[]
  /** What a site may have said of its own, in whatever part of the configuration. */
  readonly beside?: readonly Instead[]
  /** What it makes of names of `.local` that nobody serves. */
  readonly nonexistent: 'NXDOMAIN' | 'REFUSED'
  /** What the page says that it does not answer. */
  readonly except?: readonly Question[]
}

/** What a reply comes to for whoever asked. */
export type Outcome = 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'no records' | 'an answer' | 'no reply'

export interface Without {
  readonly what: string
  readonly change: (text: string) => string
  readonly question: Question
  readonly gives: Outcome
}

/** Another way to write the same. */
export interface Instead {
  readonly what: string
  readonly change: (text: string) => string
}

export const LOCALHOST = '127.0.0.1'

/** A zone of the site's own, which only its upstream has: each program is told so before it is told of Meridian. */
export const OWN = 'corp.example.com'
/** Of www there. No program takes it for private. */
export const OWN_ADDRESS = '93.184.215.16'

export const WEB = 'web.default.svc.clusterset.local A'
export const WEB_GLOBAL = 'web.default.global A'
export const WEB_SRV = '_http._tcp.web.default.svc.clusterset.local SRV'
export const REVERSE = '-x 10.2.1.18'
export const MANY = 'many.large.svc.clusterset.local A'
export const MOST = 'most.large.svc.clusterset.local A'

/** Without the lines that it matches. */
export const dropping =
  (lines: RegExp) =>
  (text: string): string =>
    text
      .split('\n')
      .filter((line) => !lines.test(line))
      .join('\n')

/** Throws while it does not resolve the public world's names. */
export async function resolves(place: Place, address: string): Promise<void> {
  const { status } = await ask(place, address, 'example.com A')
  if (status !== 'NOERROR') throw new Error(`example.com: ${status}`)
}

export function textOf(blocks: Blocks, file: string): string {
  const text = blocks[file]
  if (text === undefined) throw new Error(`no block for ${file}`)
  return text
}
