/** A page as its reader follows it: blocks that change the demo, and commands, in their order. */
import { isConsole, type Step, stepsOf } from './console.ts'
import { blocksOf, type Page } from './markdown.ts'
import type { Workspace } from './workspace.ts'
import { DEMO, type YamlBlock, yamlBlocksOf } from './yaml.ts'

export interface Ran {
  readonly step: Step
  readonly actual: readonly string[]
}

/** Whether its reader changes the demo on the way. */
export const changesDemo = (page: Page): boolean =>
  yamlBlocksOf(page).some(({ file }) => file?.startsWith(`${DEMO}/`) === true)

/** Runs all of a page. */
export async function runPage(page: Page, { run, write }: Workspace): Promise<readonly Ran[]> {
  const yaml = new Map(yamlBlocksOf(page).map((block) => [block.line, block]))
  const ran: Ran[] = []
  for (const block of blocksOf(page)) {
    const written: YamlBlock | undefined = yaml.get(block.line)
    if (written !== undefined) await write(written)
    if (!isConsole(block)) continue
    for (const step of stepsOf(page, block)) ran.push({ step, actual: await run(step) })
  }
  return ran
}
