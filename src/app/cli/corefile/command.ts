import { configFrom } from '../configuration.ts'
import { wholeInput } from '../input.ts'
import { readRegistries, withFound } from '../registries.ts'
import { broughtBy } from './brought.ts'
import { corefileText, type Patched, patched, unpatchedText } from './corefile.ts'
import { type CorefileOptions, checkFilter } from './options.ts'
import { takenIn } from './taken.ts'

export interface CorefileFlags extends CorefileOptions {
  readonly config?: string
}

/** What the command prints, and what it tells beside it. */
export async function runCorefile({ config: file, ...options }: CorefileFlags): Promise<Patched> {
  checkFilter(options)
  const piped = () => wholeInput('--patch and --remove read the object that `kubectl get … -o yaml` prints')
  if (options.remove === true) return { text: unpatchedText(await piped(), options), notes: [] }
  const written = configFrom(file, {})
  const input = options.patch === true ? await piped() : null
  const [registry, taken] = await Promise.all([readRegistries(written), takenIn(written)])
  const config = withFound(written, registry)
  const known = { brought: broughtBy(registry), taken }
  if (input === null) return { text: corefileText(config, options, known), notes: [] }
  return patched(input, config, options, known)
}
