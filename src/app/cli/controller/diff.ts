import { stringify } from 'yaml'
import { type PlannedWrite, planFor, type WritePlan } from '../../../controller/index.ts'
import type { Flags } from '../../config/index.ts'
import { printDiff } from '../diff.ts'
import { readOffline } from '../offline.ts'
import { problemLine, type ReadRegistries, unseenText, writingOf } from './targets.ts'

export interface DiffOptions {
  readonly config?: string
}

/** What the controller would write next, cluster by cluster, as a diff. Writes nothing. `status` 1: not all is known. */
export async function diffText(
  options: DiffOptions,
  flags: Flags,
  colour: boolean,
  read?: ReadRegistries,
): Promise<{ readonly text: string; readonly status: number }> {
  const { config, assignment, missing, isWhole: isKnown } = await writingOf(options.config, flags, read)
  if (!isKnown) return { text: [...missing, NO_PLAN].join(''), status: 1 }
  const { world, problems } = await readOffline(config)
  const plans = await Promise.all(
    assignment.targets.map((target) => planFor(assignment.settings, target, world)),
  )
  const parts = plans.map((plan) => ('writes' in plan ? planText(plan, colour) : unseenText(plan)))
  // A part that an object lacks is what `check` is for: all others are read, and planned for.
  const unread = [...problems].flatMap(([id, list]) =>
    list.filter(({ costs }) => costs !== 'part').map((problem) => problemLine(id, problem)),
  )
  const isWhole = plans.every((plan) => 'writes' in plan) && unread.length + missing.length === 0
  // What keeps a cluster from being read may keep it from being written to, too.
  return { text: [...new Set([...missing, ...unread, ...parts])].join(''), status: isWhole ? 0 : 1 }
}

/** A server goes on from what it knew of them. */
const NO_PLAN =
  'nothing is planned: what clusters export that could not be found would count as gone; mend that first\n'

function planText({ cluster, writes, remarks }: WritePlan, colour: boolean): string {
  const head =
    writes.length === 0
      ? `cluster ${cluster}: nothing to write\n`
      : `cluster ${cluster}: ${counted(writes)}\n`
  const notes = remarks.map((remark) => `  ${remark}\n`)
  const isFirst = writes.some(({ before, object }) => before === null && object.startsWith('ServiceImport '))
  const more = isFirst ? '  what belongs to a new ServiceImport is written once it stands\n' : ''
  return [head, ...notes, more, ...writes.map((write) => writeText(write, colour))].join('')
}

const counted = ({ length }: readonly PlannedWrite[]): string =>
  length === 1 ? '1 write' : `${length} writes`

function writeText({ verb, object, before, after }: PlannedWrite, colour: boolean): string {
  const title = `${TITLES[verb]} ${object}${verb === 'status' ? ', its status' : ''}\n`
  const lines = printDiff(yamlOf(before), yamlOf(after), colour)
  return title + lines.replace(/^/gm, '  ').replace(/ +$/, '')
}

const TITLES = { apply: 'apply', status: 'apply', delete: 'delete' } as const

const yamlOf = (value: unknown): string => (value === null ? '' : stringify(value))
