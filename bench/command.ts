/** A benchmark as a command: help for a wrong command line with status 2, what went wrong in a line with status 1. */
export async function command<Plan>(
  plan: Plan | undefined,
  usage: string,
  bench: (plan: Plan) => Promise<void>,
): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
  if (plan === undefined) {
    console.error(usage)
    process.exitCode = 2
    return
  }
  await bench(plan).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  })
}
