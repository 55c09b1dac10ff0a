import { endOfJson } from '../texts/index.ts'
import { newlinesIn, type YamlPart } from './yaml-parts.ts'

/** The values of JSON that stand one after the other in a text, none of them parsed. */
export function* jsonPartsOf(text: string): Generator<YamlPart> {
  let [at, above] = [0, 0]
  for (;;) {
    const from = text.slice(at).search(/\S/)
    if (from === -1) return
    above += newlinesIn(text.slice(at, at + from))
    const end = endOfJson(text, at + from)
    const part = text.slice(at + from, end)
    yield { text: part, above }
    above += newlinesIn(part)
    at = end
  }
}

/** Whether a text begins with an object of JSON and goes on after it; `like`: how. */
export function isJsonStream(text: string, like: RegExp): boolean {
  const [first] = jsonPartsOf(text)
  if (first === undefined || !first.text.startsWith('{')) return false
  const rest = text.slice(text.indexOf('{') + first.text.length)
  return like.test(rest) && isJson(first.text)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
