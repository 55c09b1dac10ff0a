/** Writes into pages what their console blocks print today: `node test/docs/fill.ts docs/debug/dig.md …`. Read the diff. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAsPrinted, isConsole, stepsOf } from './console.ts'
import { blocksOf, type Page, ROOT, readPage } from './markdown.ts'
import { type Ran, runPage } from './story.ts'
import { Demo, openWorkspace, servedFor } from './workspace.ts'

async function fill(page: Page, demo: Demo): Promise<void> {
  const workspace = await openWorkspace(demo)
  try {
    const ran = new Map((await runPage(page, workspace)).map((one) => [one.step.place, one]))
    const lines = page.text.split('\n')
    // From the end, so that the lines before stay where they are.
    for (const block of blocksOf(page).filter(isConsole).reverse()) {
      const filled = stepsOf(page, block).flatMap((step, i, all) =>
        printed(ran.get(step.place), i === all.length - 1),
      )
      lines.splice(
        block.line - 1,
        block.lines.length,
        ...filled.map((line) => `${block.indent}${line}`.trimEnd()),
      )
    }
    writeFileSync(join(ROOT, page.path), lines.join('\n'))
  } finally {
    await workspace.close()
  }
}

/** What is right stays as it is written, with its `…`. */
function printed(ran: Ran | undefined, isLast: boolean): readonly string[] {
  if (ran === undefined) return []
  const { step, actual } = ran
  const output = step.expected.length > 0 && isAsPrinted(step.expected, actual) ? step.expected : actual
  return [`$ ${step.command}`, ...output, ...(isLast ? [] : [''])]
}

for (const page of process.argv.slice(2).map(readPage)) {
  const demo = new Demo(servedFor(page))
  await fill(page, demo)
  await demo.close()
}
