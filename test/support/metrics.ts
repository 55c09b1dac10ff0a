/** Prometheus' text format, read as strictly as a scraper does. */
import assert from 'node:assert/strict'

export interface Metrics {
  /** By name and labels as written: `meridian_dns_dropped_total{reason="short"}`. */
  readonly samples: ReadonlyMap<string, number>
  /** `counter`, `gauge`, `histogram`, by name. */
  readonly kinds: ReadonlyMap<string, string>
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (\S+)$/

/** Asserts that every sample has a declared kind and a number, and that none is there twice. */
export function metricsOf(text: string): Metrics {
  const samples = new Map<string, number>()
  const kinds = new Map<string, string>()
  assert(text.endsWith('\n'), 'metrics: the last line is not closed')
  for (const line of text.split('\n')) {
    const [, declared, kind] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? []
    if (declared !== undefined && kind !== undefined) {
      assert(!kinds.has(declared), `metrics: ${declared} is declared twice`)
      kinds.set(declared, kind)
    } else if (line !== '' && !line.startsWith('# HELP ')) {
      const [, name = '', labels = '', value] = SAMPLE.exec(line) ?? []
      assert(value !== undefined, `metrics: no sample: ${line}`)
      // prom-client writes Nan, which scrapers read in any case.
      const isNumber = /^([+-]Inf|nan)$/i.test(value) || !Number.isNaN(Number(value))
      assert(isNumber, `metrics: no number: ${line}`)
      assert(!samples.has(name + labels), `metrics: twice: ${line}`)
      const base = kinds.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
      assert(kinds.has(base), `metrics: ${name} has no TYPE`)
      samples.set(name + labels, Number(value))
    }
  }
  return { samples, kinds }
}
