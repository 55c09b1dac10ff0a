import { configFrom } from '../configuration.ts'
import { wholeInput } from '../input.ts'
import { corefileText, type Patched, patched, unpatchedText } from './corefile.ts'
import { type CorefileOptions, checkFilter } from './options.ts'

export interface CorefileFlags extends CorefileOptions {
  readonly config?: string
}

/** What the command prints, and what it tells beside it. */
export async function runCorefile({ config: file, ...options }: CorefileFlags): Promise<Patched> {
  checkFilter(options)
  const piped = () => wholeInput('--patch and --remove read the object that `kubectl get … -o yaml` prints')
  if (options.remove === true) return { text: unpatchedText(await piped(), options), notes: [] }
  const config = configFrom(file, {})
  if (options.patch !== true) return { text: corefileText(config, options), notes: [] }
  return patched(await piped(), config, options)
}
