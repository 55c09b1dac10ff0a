import { z } from 'zod'
import {
  familyOf,
  fits,
  isDnsLabel,
  NAT64_LENGTHS,
  type Name,
  parseAddress,
  parseName,
} from '../../values/dns/index.ts'
import {
  type Coordinates,
  isLocalityPart,
  type Networks,
  parseGeoPlace,
  parseLocality,
} from '../../words/clusterset/index.ts'
import { isLabelValue, isQualifiedName, WORD_PATTERN } from '../../words/kube/index.ts'
import {
  parseCidr,
  parseDuration,
  parseHostname,
  parseHostPort,
  parseListen,
  parsePattern,
  parseReachable,
  parseUpstream,
  printDuration,
  quote,
  TextProblem,
} from './text.ts'

// Compiling a schema takes longer than reading a configuration with it.
z.config({ jitless: true })

/** What a schema says of a wrong value. Zod carries one string per schema, so it is two lines: noun, remedy. */
export const expects = (noun: string, remedy = `write ${noun}`): { readonly error: string } => ({
  error: `${noun}\n${remedy}`,
})

/** The noun and remedy behind an issue's message. */
export function readExpectation(message: string): { readonly noun: string; readonly remedy: string } {
  const [noun = '', remedy = ''] = message.split('\n')
  return { noun, remedy }
}

/** A key's meaning and an example, for people, editors and the reference. Goes last: wrappers would hide it. */
export const key = <S extends z.ZodType>(schema: S, description: string, example?: unknown): S =>
  schema.meta({ description, ...(example === undefined ? {} : { examples: [example] }) })

/** A mapping of known keys. */
export const section = <S extends z.core.$ZodShape>(shape: S, least = 'or leave it out') =>
  z.strictObject(shape, expects('a mapping', `give it keys of ${Object.keys(shape).join(', ')}; ${least}`))

export const list = <S extends z.ZodType>(item: S, example: string) =>
  z.array(item, expects('a list', `write a list, such as ${example}`))

/** A list that must not be empty. */
export const someOf = <S extends z.ZodType>(item: S, example: string) =>
  list(item, example).min(1, expects('a list with an entry', `write at least one entry, such as ${example}`))

export const entries = <K extends z.ZodType<string, string>, V extends z.ZodType>(
  names: K,
  value: V,
  example: string,
) => z.record(names, value, expects('a mapping', `write a mapping, such as ${example}`))

export const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, expects(`one of ${values.join(', ')}`))

export const flag = () => z.boolean(expects('true or false'))

export function wholeNumber(min: number, max: number, example: number) {
  const noun = `a whole number from ${min} to ${max}`
  const wrong = expects(noun, `write ${noun}, such as ${example}`)
  return z.int(wrong).min(min, wrong).max(max, wrong)
}

/**
 * Text that stands for something else. `read` returns it, or undefined or a Wrong where it cannot; `pattern` only
 * tells editors, which know nothing of `read`.
 */
export const text = <T>(
  noun: string,
  remedy: string,
  read: (text: string) => T | TextProblem | undefined,
  pattern?: string,
) =>
  z
    .string(expects(noun, remedy))
    .meta(pattern === undefined ? {} : { pattern })
    .transform((input, ctx): T => {
      const value = read(input) ?? new TextProblem(`${quote(input)} is not ${noun}`)
      if (!(value instanceof TextProblem)) return value
      const message = `${noun}\n${value.remedy ?? remedy}`
      ctx.issues.push({ code: 'custom', input, message, params: { problem: value.problem } })
      return z.NEVER
    })

/** Text kept as it is. */
export const plainText = (noun: string, example: string, valid: (text: string) => boolean) =>
  z
    .string(expects(noun, `write ${noun}, such as ${example}`))
    .refine(valid, expects(noun, `write ${noun}, such as ${example}`))

// setTimeout's longest delay is 2^31 - 1 ms; what is longer would fire at once.
const LONGEST = 24 * 24 * 3_600_000

const DURATION = 'write a number with its unit (ms, s, m or h), such as 30s, 5m, 500ms or 1h'

/** A duration, read as milliseconds. */
export const duration = (min = 1) =>
  text(
    'a duration',
    DURATION,
    (input) => {
      const ms = parseDuration(input)
      if (ms === undefined || (ms >= min && ms <= LONGEST)) return ms
      const range = `from ${printDuration(min)} to ${printDuration(LONGEST)}`
      return new TextProblem(`${quote(input)} is not ${range}`, `write a duration ${range}`)
    },
    '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$',
  )

export const listenAddress = () =>
  text(
    'an IP address and port',
    'write an IP address and a port, such as 0.0.0.0:53 or "[::]:53"',
    parseListen,
  )

export const hostPort = () =>
  text('a host and port', 'write an IP address or host name and a port, such as 10.2.0.1:443', parseHostPort)

export const upstream = () =>
  text(
    'the address of a resolver',
    'write an IP address, with a port if it is not 53: 10.0.0.2',
    parseUpstream,
  )

export const address = () =>
  text('an IP address', 'write the address that other hosts use, such as 192.0.2.53', parseReachable)

/** An address, or a host name to be resolved in the background. */
export const addressOrHostname = () =>
  text(
    'an IP address or host name',
    'write the one that other hosts use: 203.0.113.7, gw.example.com',
    (input) => {
      if (parseAddress(input) !== undefined) return parseReachable(input)
      const hostname = parseHostname(input)
      return hostname === undefined ? undefined : { hostname }
    },
  )

const CIDR = 'write a prefix in CIDR notation, such as 10.0.0.0/8 or fd00::/8'

export const cidr = () => text('a CIDR', CIDR, parseCidr)

/** A range of one cluster's own addresses. */
export const clusterCidr = () =>
  text('a CIDR', CIDR, (input) => {
    const prefix = parseCidr(input)
    if (prefix === undefined || prefix instanceof TextProblem || prefix.length > 0) return prefix
    return new TextProblem(
      `${quote(input)} is every address there is`,
      'write the range that this cluster alone uses',
    )
  })

/** Under which a translator reaches IPv4 addresses. */
export const nat64Prefix = () =>
  text('a NAT64 prefix', 'write an IPv6 prefix, such as 2001:db8:64::/96', (input) => {
    const prefix = parseCidr(input)
    if (prefix === undefined || prefix instanceof TextProblem) return prefix
    if (familyOf(prefix.base) === 6 && NAT64_LENGTHS.includes(prefix.length)) return prefix
    return new TextProblem(
      `${quote(input)} is no prefix of a translator`,
      `write an IPv6 prefix of ${NAT64_LENGTHS.join(', ')} bits (RFC 6052)`,
    )
  })

export const locality = () =>
  text(
    'a locality',
    'write region[/zone[/subzone]], such as us-east-1/us-east-1a',
    parseLocality,
    '^[^\\s*/]+(/[^\\s*/]+){0,2}$',
  )

export const localityPattern = () =>
  plainText(
    'a locality pattern',
    'us-east-1/*, us-east-1/us-east-1a or *',
    (input) => parsePattern(input) !== undefined,
  )

/** By key; both as Kubernetes has them. */
export const labels = (example: string) =>
  entries(
    plainText('a label key', 'tier or example.com/tier', isQualifiedName).meta({ pattern: LABEL_KEY }),
    plainText('a label value', 'gold', isLabelValue).meta({ pattern: LABEL_VALUE }),
    example,
  )

const LABEL_KEY = `^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?${WORD_PATTERN}$`
const LABEL_VALUE = `^(${WORD_PATTERN})?$`

export const region = () => plainText('a region', 'us-east-1', isLocalityPart)

// Longer suffixes leave no room for names of Meridian's own in them: `dns-version.` and `hostmaster.`.
const roomy = (name: Name): boolean => name !== '' && fits(`dns-version.${name}`)

/** A zone's name. */
export const zoneName = (example: string) =>
  text('a zone name', `write a domain name of at most 241 characters, such as ${example}`, (input) => {
    const name = parseName(input)
    return roomy(name) ? name : undefined
  })

/** A zone's name, or `*.` and that: what is below it, as Istio writes hosts. */
export const zoneOfHosts = (example: string) =>
  text('a zone name', `write a domain name of at most 241 characters, such as ${example}`, (input) => {
    const name = parseName(input.replace(/^\*\./, ''))
    return roomy(name) ? name : undefined
  })

/** A zone's name with `{cluster}` for the id of a cluster. */
export const zoneTemplate = () => {
  const remedy = 'write a domain name that holds {cluster} exactly once, such as "{cluster}.local"'
  return text('a template of zone names', remedy, (input) => {
    const parts = parseName(input).split('{cluster}')
    if (parts.length !== 2)
      return new TextProblem(`${quote(input)} holds {cluster} ${times(parts.length - 1)}`)
    return roomy(parts.join('x')) ? parts.join('{cluster}') : undefined
  })
}

const times = (n: number): string => (n === 0 ? 'nowhere' : `${n} times`)

export const dnsLabel = (noun: string, example: string) => plainText(noun, example, isDnsLabel)

/** Namespaces, `*` standing for any run of characters. */
export const namespaceGlob = () =>
  plainText('a namespace pattern', '"kube-*"', (input) => /^[a-z0-9*-]{1,63}$/.test(input))

export const someText = (noun: string, example: string) =>
  plainText(noun, example, (input) => /^\P{Cc}{1,255}$/u.test(input) && input.trim() === input)

/** A name, or several. One alone is its name, and no name at all null. */
export const networks = () =>
  z
    .union(
      [networkName(), z.array(networkName())],
      expects(
        'the name of a network, or a list of names',
        'write a name, such as vpc-a, or a list: [vpc-a, vpc-hub]',
      ),
    )
    .transform((written): Networks => {
      if (typeof written === 'string') return written
      const [first = null, ...more] = new Set(written)
      return first === null || more.length === 0 ? first : [first, ...more]
    })

const networkName = () => someText('the name of a network', 'vpc-a')

/** `[latitude, longitude]`, in degrees. */
export const coordinates = () =>
  z
    .tuple([degrees(90), degrees(180)], expects(COORDINATES, WRITE_COORDINATES))
    .transform(([latitude, longitude]): Coordinates => ({ latitude, longitude }))

const degrees = (most: number) => {
  const wrong = expects(`a number from -${most} to ${most}`, WRITE_COORDINATES)
  return z.number(wrong).min(-most, wrong).max(most, wrong)
}

const COORDINATES = 'a latitude and a longitude'
const WRITE_COORDINATES = 'write latitude and longitude in degrees, such as [39.0, -77.5]'

/** Where a GeoIP database says that an address is: a continent, a country in it, a subdivision of that. */
export const geoPlace = () =>
  plainText(
    'a place of a GeoIP database',
    'EU, EU/DE, EU/DE/BE or "*"',
    (input) => parseGeoPlace(input) !== undefined,
  )
